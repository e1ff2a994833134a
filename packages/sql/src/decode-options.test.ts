import { decoderOf } from './decode-value.js';
import { ExactNumber } from './exact-json.js';

const digits = (text: string) => new ExactNumber(text);
const big = '9007199254740993';

test.each([
  ['bigint', {}, digits(big), 9007199254740993n],
  ['bigint', { int8: 'bigint' }, digits('1'), 1n],
  ['bigint', { int8: 'number' }, digits('1'), 1],
  ['bigint', { int8: 'number' }, digits(big), 9007199254740992],
  ['bigint', { int8: 'text' }, digits(big), big],
  ['bigint', { int8: 'number' }, null, null],
  ['bigint[]', { int8: 'number' }, [digits('1'), null, [digits('2')]], [1, null, [2]]],
  ['bigint', { numeric: 'number' }, digits('1'), 1n],
  ['numeric', {}, digits('1.10'), '1.10'],
  ['numeric', { numeric: 'text' }, 'NaN', 'NaN'],
  ['numeric', { numeric: 'number' }, digits('1.10'), 1.1],
  ['numeric', { numeric: 'number' }, 'NaN', NaN],
  ['numeric', { numeric: 'number' }, '-Infinity', -Infinity],
  ['numeric', { numeric: 'number' }, digits('0.10000000000000000000000001'), 0.1],
  ['numeric[]', { numeric: 'number' }, [digits('1.5'), null], [1.5, null]],
  ['numeric', { int8: 'text' }, digits('7'), '7'],
  ['integer', { int8: 'text', numeric: 'number' }, digits('7'), 7],
  ['text', { int8: 'number', numeric: 'number' }, '7', '7'],
] as const)('%s with %j decodes %j as %p', (type, options, json, value) => {
  expect(decoderOf(type, options)(json)).toEqual(value);
});
