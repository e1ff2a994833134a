import * as publicNames from './index.js';

test('the public names are these', () => {
  expect(Object.keys(publicNames).sort()).toMatchSnapshot();
});
