import { valueText } from './value-text.js';

const textOf = (value: unknown) => valueText(value)._unsafeUnwrap();

test.each<[unknown, string | null]>([
  [null, null],
  [true, 'true'],
  [false, 'false'],
  [0, '0'],
  [-0, '-0'],
  [1e21, '1e+21'],
  [5e-324, '5e-324'],
  [NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [-Infinity, '-Infinity'],
  [9223372036854775807n, '9223372036854775807'],
  ['', ''],
  ["it's \\ \u2028 😀", "it's \\ \u2028 😀"],
  [new Date('2026-11-22T20:15:00.123Z'), '2026-11-22T20:15:00.123+00:00'],
  [new Date(Date.UTC(12345, 0, 1)), '12345-01-01T00:00:00.000+00:00'],
  [new Date('-000043-03-15T00:00:00.000Z'), '0044-03-15T00:00:00.000+00:00 BC'],
  [new Date('0000-06-01T00:00:00.000Z'), '0001-06-01T00:00:00.000+00:00 BC'],
  [new Uint8Array([0, 255, 16]), '\\x00ff10'],
  [[], '{}'],
  [[1, null, 'null', 'a"b\\c', ''], '{"1",NULL,"null","a\\"b\\\\c",""}'],
  [
    [
      [1, 2],
      [3, 4],
    ],
    '{{"1","2"},{"3","4"}}',
  ],
  [[new Uint8Array([1])], '{"\\\\x01"}'],
  [[{ a: 1 }], '{"{\\"a\\":1}"}'],
  [{}, '{}'],
  [
    { a: 1n, b: [1, 'x', null], c: { d: -0 }, e: new Date(0) },
    '{"a":1,"b":[1,"x",null],"c":{"d":-0},"e":"1970-01-01T00:00:00.000Z"}',
  ],
  [Object.create(null), '{}'],
])('%p is sent as its text', (value, text) => {
  expect(textOf(value)).toBe(text);
});

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;
const endless: unknown[] = [];
endless.push(endless);
class Money {
  readonly cents = 5;
}

test.each<[string, unknown, string]>([
  ['a NUL', 'a\0', 'unsendable-text'],
  ['half of a surrogate pair', 'a\ud83d', 'unsendable-text'],
  ['a NUL in an array', ['\0'], 'unsendable-text'],
  ['a NUL in an object', { a: { b: '\0' } }, 'unsendable-text'],
  ['half of a pair in a member name', { '\udc00': 1 }, 'unsendable-text'],
  ['an invalid date', new Date(NaN), 'unsendable-value'],
  ['an invalid date in an object', { at: new Date(NaN) }, 'unsendable-value'],
  ['undefined', undefined, 'unsendable-value'],
  ['undefined in an object', { a: undefined }, 'unsendable-value'],
  ['undefined in an array', [undefined], 'unsendable-value'],
  ['a function', () => 1, 'unsendable-value'],
  ['a symbol', Symbol('x'), 'unsendable-value'],
  ['an instance of a class', new Money(), 'unsendable-value'],
  ['an instance in an object', { a: new Map() }, 'unsendable-value'],
  ['an object that holds itself', cyclic, 'unsendable-value'],
  ['an array that holds itself', endless, 'unsendable-value'],
  ['an array with holes', Object.assign([1, 2], { length: 4 }), 'unsendable-value'],
  ['an array of differing depth', [1, [2]], 'unsendable-value'],
  ['an array of differing lengths', [[1], [2, 3]], 'unsendable-value'],
  ['null where an array stands', [[1], null], 'unsendable-value'],
  ['an empty array in an array', [[]], 'unsendable-value'],
  ['an array seven deep', [[[[[[[1]]]]]]], 'unsendable-value'],
  ['NaN in an object', { a: NaN }, 'unsendable-value'],
])('%s is refused', (_name, value, code) => {
  expect(valueText(value)._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', code });
});

test('a refusal never quotes the value', () => {
  expect(JSON.stringify(valueText('hunter2\0')._unsafeUnwrapErr())).not.toContain('hunter2');
});
