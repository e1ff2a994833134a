import { ageHours } from './age-hours.js';

test.each([
  ['30d', 720],
  ['1h', 1],
  ['999999d', 23_999_976],
])('%s is %p hours', (text, hours) => {
  expect(ageHours(text)).toBe(hours);
});

test.each(['', '30', 'd', '0d', '-1d', '1.5h', '30 d', '30m', '30D', '1000000d', "30d'"])('%p is no age', (text) => {
  expect(ageHours(text)).toBeUndefined();
});
