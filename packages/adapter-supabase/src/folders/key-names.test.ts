import fc from 'fast-check';
import { keyFault } from '../object-key.js';
import { keyOfName, nameOfKey } from './key-names.js';

test('every file name that fits comes back from its encoded key, and no two share one', () => {
  const name = fc
    .array(
      fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }).filter((text) => !/^\.{1,2}$|[/\0]/.test(text)),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((segments) => segments.join('/'));
  fc.assert(
    fc.property(name, (text) => {
      const key = keyOfName(text, 'encode');
      if (key === undefined) return Buffer.byteLength(text) > 80;
      expect(keyFault(key)).toBeUndefined();
      expect(nameOfKey(key, 'encode')).toBe(text);
      return true;
    }),
    { seed: 20261122, numRuns: 500 },
  );
});

test('without encoding a name is its own key or has none', () => {
  expect(['a b.txt', 'ä.txt', 'a?b', 'x=y'].map((name) => keyOfName(name, 'refuse'))).toEqual([
    'a b.txt',
    undefined,
    undefined,
    'x=y',
  ]);
});

test('a key that encoding never gives has no name', () => {
  expect(['=41', '=C3', '=zz', 'plain'].map((key) => nameOfKey(key, 'encode'))).toEqual([
    undefined,
    undefined,
    undefined,
    'plain',
  ]);
});
