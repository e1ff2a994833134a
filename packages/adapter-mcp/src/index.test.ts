import * as adapter from './index.js';

test('the public names are these', () => {
  expect(Object.keys(adapter).sort()).toMatchInlineSnapshot(`
   [
     "createBranchLayer",
     "createMcpLayer",
     "documentedLimits",
     "http",
     "stdio",
   ]
  `);
});
