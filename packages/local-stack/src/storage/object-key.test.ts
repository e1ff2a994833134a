import { isObjectKey } from './object-key.js';

test.each(['a', 'A/b/c.txt', "x_!.*'() &$=@;:+,?-", '...', '..a/b..', 'a b'])('allows %j', (key) => {
  expect(isObjectKey(key)).toBe(true);
});

test.each([
  '',
  'ä',
  'a[b]',
  'a~',
  'a^',
  'a|b',
  'a"',
  'a#b',
  'a%b',
  'a\\b',
  'a<b>',
  '{a}',
  'a\nb',
  '.',
  '..',
  'a/../b',
  './a',
  'a/..',
])('refuses %j', (key) => {
  expect(isObjectKey(key)).toBe(false);
});
