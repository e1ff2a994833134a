import { redact } from './redact.js';

test.each([
  ['a secret that is known', 'token pa55word!', 'token [secret]'],
  ['a token of the platform', 'bad sbp_0123456789abcdef', 'bad [secret]'],
  ['a secret key of the project', 'bad sb_secret_0123456789', 'bad [secret]'],
  ['a signed token', 'got eyJhbGciOiJI.eyJzdWIiOiJ4.c2ln', 'got [secret]'],
  ['a bearer header', 'authorization: Bearer abc', 'authorization: [secret]'],
  ['an address with a password', 'to postgres://u:p@host/db failed', 'to [address] failed'],
  ['an address with a query', 'GET https://x.test/a?token=1 failed', 'GET [address] failed'],
])('removes %s', (_what, text, expected) => {
  expect(redact(text, ['pa55word!'])).toBe(expected);
});

test('leaves other text alone', () => {
  expect(redact("Unknown option '--foo'", [''])).toBe("Unknown option '--foo'");
});
