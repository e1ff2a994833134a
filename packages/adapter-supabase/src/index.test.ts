import '../test/allow-node-20-line.js';
import * as adapter from './index.js';

test('the public names are these', () => {
  expect(Object.keys(adapter).sort()).toMatchSnapshot();
});
