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

test('any bytes that a file system may hold as a name come back, or have no key', () => {
  const bytes = fc
    .uint8Array({ minLength: 1, maxLength: 60 })
    .filter((name) => !name.some((byte) => byte === 0 || byte === 0x2f));
  const keys = new Map<string, string>();
  fc.assert(
    fc.property(
      fc.oneof(
        bytes.map((name) => Buffer.from(name).toString()),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }),
      ),
      (name) => {
        const key = keyOfName(name, 'encode');
        if (key === undefined) return;
        expect(nameOfKey(key, 'encode')).toBe(name);
        expect(keys.get(key) ?? name).toBe(name);
        keys.set(key, name);
      },
    ),
    { seed: 20261128, numRuns: 1000 },
  );
  expect([keys.size > 500, keyOfName('\ud800', 'encode'), keyOfName('\ufffd', 'encode')]).toEqual([
    true,
    undefined,
    '=EF=BF=BD',
  ]);
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
