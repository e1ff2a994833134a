import { ExactNumber, ExactObject, parseExactJson, UnreadableAnswer, type ExactJson } from './exact-json.js';

const n = (text: string) => new ExactNumber(text);

test.each<[string, ExactJson]>([
  ['null', null],
  [' true ', true],
  ['false', false],
  ['-0', n('-0')],
  ['1.10', n('1.10')],
  ['1E400', n('1E400')],
  ['12345678901234567890123', n('12345678901234567890123')],
  ['""', ''],
  ['"\\u2028\\"\\\\ \u2028 😀 \\ud83d\\ude00"', '\u2028"\\ \u2028 😀 😀'],
  ['[]', []],
  ['[1, [2,\n null]]', [n('1'), [n('2'), null]]],
  ['{}', new ExactObject([])],
  [
    '{"a":1,"a":{"__proto__":2}}',
    new ExactObject([
      ['a', n('1')],
      ['a', new ExactObject([['__proto__', n('2')]])],
    ]),
  ],
])('%s is read without loss', (text, value) => {
  expect(parseExactJson(text)).toEqual(value);
});

test.each([
  '',
  ' ',
  '[',
  '[1',
  '[1,]',
  '[,1]',
  '{',
  '{"a"}',
  '{"a":}',
  '{a:1}',
  '{"a":1,}',
  '01',
  '1.',
  '.5',
  '+1',
  '-',
  '1e',
  'nul',
  'truex',
  '"',
  '"\\x"',
  '"a',
  '1 2',
  '[1]]',
  'NaN',
  '['.repeat(2_000),
])('%j is unreadable', (text) => {
  expect(() => parseExactJson(text)).toThrow(UnreadableAnswer);
});

test('a long list and a long string are read', () => {
  const long = 'x\\\\'.repeat(5_000_000);
  expect(parseExactJson(`["${long}"${',1'.repeat(100_000)}]`)).toHaveLength(100_001);
});
