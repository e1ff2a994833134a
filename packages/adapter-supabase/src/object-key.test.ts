import { bucketFault, encodeKey, keyFault, prefixFault } from './object-key.js';

test.each(['a', 'a/b.txt', "we!rd.*'() &$=@;:+,-name", '.hidden', 'a/..b/c', 'x'.repeat(255), `${'x/'.repeat(511)}yz`])(
  'takes %s',
  (key) => expect(keyFault(key)).toBeUndefined(),
);

test.each([
  '',
  '/a',
  'a/',
  'a//b',
  '.',
  '..',
  'a/../b',
  'a/./b',
  '../a',
  'a#b',
  'a?b',
  'a%2e',
  'a\\b',
  'a\nb',
  'a\u0000b',
  'ä',
  'a~b',
  'a[b',
  'a"b',
  '<a>',
  '{a}',
  'a|b',
  'a^b',
  'a`b',
  'x'.repeat(256),
  `${'x/'.repeat(512)}y`,
])('refuses %j', (key) => expect(keyFault(key)).toEqual(expect.any(String)));

test.each(['a', 'My Bucket', 'x'.repeat(100), 'a..b'])('takes the bucket %s', (id) =>
  expect(bucketFault(id)).toBeUndefined(),
);

test.each(['', '.', '..', 'a/b', ' a', 'a ', 'ä', 'a?b', 'a#b', 'x'.repeat(101)])('refuses the bucket %j', (id) =>
  expect(bucketFault(id)).toEqual(expect.any(String)),
);

test('a prefix may be empty or end anywhere, with the same characters', () => {
  expect(['', 'a/', 'a/b', '/'].map(prefixFault)).toEqual([undefined, undefined, undefined, undefined]);
  expect(prefixFault('ä')).toEqual(expect.any(String));
});

test('encodes every byte a URL could act on and keeps the slashes', () => {
  expect(encodeKey('a b/c+d&e=f;g')).toBe('a%20b/c%2Bd%26e%3Df%3Bg');
});
