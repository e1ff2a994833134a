import { isTooLarge } from './request-size.js';

const request = (query: string) => ({ name: 'execute_sql', arguments: { query } });

test.each([
  ['nine million letters', 'a'.repeat(9_000_000), false],
  ['ten and a half million letters', 'a'.repeat(10_500_000), true],
  ['six million quotes, each of which is escaped', '"'.repeat(6_000_000), true],
  ['a short text', 'select 1', false],
])('measures %s as it goes over the wire', (_what, query, expected) => {
  expect(isTooLarge(request(query))).toBe(expected);
});
