import * as core from './index.js';

test('the public names are these', () => {
  expect(Object.keys(core).sort()).toMatchSnapshot();
});

test('the catalogue is plain data and every row names its class', () => {
  expect(JSON.parse(JSON.stringify(core.operations))).toEqual(core.operations);
  for (const name of core.operationNames)
    expect(['read', 'idempotent', 'write']).toContain(core.operations[name].effect);
});
