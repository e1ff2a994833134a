import fc from 'fast-check';

const legal = /^[A-Za-z0-9_/!.*'() &$=@;:+,-]+$/;
/** Whether the Storage API takes a key, said once more and in other words than the sources say it. */
export const isGoodKey = (key: string): boolean =>
  legal.test(key) &&
  !key.split('/').some((segment) => ['', '.', '..'].includes(segment) || segment.length > 255) &&
  key.length <= 1024;

const pieces = [
  'a',
  'b c',
  '/',
  '//',
  '.',
  '..',
  '../',
  './',
  '%2e',
  '%2F',
  '#',
  '?',
  '?x=',
  '\\',
  '\n',
  '\u0000',
  'ä',
  '😀',
  '+',
  '&',
  '=',
  ';',
  ':',
  '@',
  "'",
  ' ',
  '. ',
  '.. ',
  '%',
  '%252e',
  '%c0%af',
  '．',
  '／',
  '\u202e',
  '\u0301',
  'ＡＢ',
  '~',
  '[',
  '{',
  '"',
];
/** Keys that lead elsewhere, or try to. */
export const hostileKey = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ maxLength: 4, unit: 'grapheme' })), { maxLength: 6 })
  .map((parts) => parts.join(''));
