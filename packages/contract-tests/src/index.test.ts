import * as contractTests from './index.js';
import * as jestBinding from './jest.js';

test('the public names are these', () => {
  expect(Object.keys(contractTests).sort()).toMatchSnapshot();
  expect(Object.keys(jestBinding).sort()).toMatchSnapshot();
});

test('no two cases have the same name', () => {
  const names = contractTests.layerContract.map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
});
