import { checkDecode } from './check-decode.js';

test.each([
  [undefined],
  [{}],
  [{ int8: 'bigint', numeric: 'text' }],
  [{ int8: 'number', numeric: 'number' }],
  [{ int8: 'text' }],
  [{ int8: undefined }],
])('%j is how columns can come back', (decode) => {
  expect(checkDecode(decode)).toBeUndefined();
});

test.each([
  [null],
  ['number'],
  [[]],
  [{ int4: 'number' }],
  [{ int8: 'Number' }],
  [{ int8: null }],
  [{ int8: 'number', numeric: 'bigint' }],
  [{ toString: 'number' }],
  [{ int8: 'hunter2' }],
])('%j is refused, and not quoted', (decode) => {
  const refused = checkDecode(decode);
  expect(refused).toMatchObject({ kind: 'invalid-request', code: 'wrong-decode-option' });
  expect(refused?.hint).toBe("Use { int8: 'bigint' | 'number' | 'text'; numeric: 'text' | 'number' }.");
  expect(JSON.stringify(refused)).not.toContain('hunter2');
});
