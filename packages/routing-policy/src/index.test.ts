import * as routingPolicy from './index.js';

test('the public names are these', () => {
  expect(Object.keys(routingPolicy).sort()).toMatchSnapshot();
});

test('the preset policy is plain data without a mistake', () => {
  const { policyProblems, presetPolicy } = routingPolicy;
  expect(JSON.parse(JSON.stringify(presetPolicy))).toEqual(presetPolicy);
  expect(policyProblems(presetPolicy)).toEqual([]);
});
