import * as localStack from './index.js';

test('the public names are these', () => {
  expect(Object.keys(localStack).sort()).toMatchSnapshot();
});
