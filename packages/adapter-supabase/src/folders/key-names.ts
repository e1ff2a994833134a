import { keyFault } from '../object-key.js';

/** How file names become object keys. */
export type NameRule = 'refuse' | 'encode';

const good = /[A-Za-z0-9_/!.*'() &$@;:+,-]/;

/**
 * The key of a file; undefined when it can have none. `encode` writes each byte of UTF-8 that no key may hold as
 * `=C3`, and `=` itself as `=3D`, so that the name comes back.
 */
export const keyOfName = (name: string, rule: NameRule): string | undefined => {
  // Half a pair has no bytes of its own, and would share the key of another name.
  if (/\p{Surrogate}/u.test(name)) return undefined;
  const key =
    rule === 'refuse'
      ? name
      : [...name].map((character) => (good.test(character) ? character : encoded(character))).join('');
  return keyFault(key) === undefined ? key : undefined;
};

/** The file name of a key; undefined when the key is not one that `encode` gives. */
export const nameOfKey = (key: string, rule: NameRule): string | undefined => {
  if (rule === 'refuse' || !key.includes('=')) return key;
  const bytes = Buffer.from(
    key.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16))),
    'latin1',
  );
  const name = bytes.toString('utf8');
  return keyOfName(name, rule) === key ? name : undefined;
};

const encoded = (character: string): string =>
  [...Buffer.from(character)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
