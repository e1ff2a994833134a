import { confirmationIdOf, knownBranchCost } from './branch-cost.js';

test('the id of the known price is the one that the server was seen to take', () => {
  expect(confirmationIdOf(knownBranchCost)).toBe('ZZ/hou+EG3bByRxTfQyJEoQL3Pja9M25DXZPJPKdfGs=');
});
