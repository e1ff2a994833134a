import { signJwt, verifyJwt } from './jwt.js';

const secret = 'a secret of more than thirty-two characters';
const nowMs = Date.UTC(2030, 0, 1);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('a signed token gives back exactly its claims', () => {
  const claims = { role: 'anon', sub: 'ü', exp: nowMs / 1000 + 1 };
  expect(verifyJwt(signJwt(claims, secret), secret, nowMs)._unsafeUnwrap()).toEqual(claims);
});

test('a token without expiry never expires', () => {
  expect(verifyJwt(signJwt({ role: 'anon' }, secret), secret, Number.MAX_SAFE_INTEGER).isOk()).toBe(true);
});

test('a token is expired from the very second of its exp', () => {
  const token = signJwt({ exp: nowMs / 1000 }, secret);
  expect(verifyJwt(token, secret, nowMs)._unsafeUnwrapErr()).toBe('expired');
  expect(verifyJwt(token, secret, nowMs - 1).isOk()).toBe(true);
});

test('an expired token of a wrong key is a bad signature, not an expired one', () => {
  const token = signJwt({ exp: 1 }, 'another secret');
  expect(verifyJwt(token, secret, nowMs)._unsafeUnwrapErr()).toBe('bad-signature');
});

test('changed claims are a bad signature', () => {
  const [head, , signature] = signJwt({ role: 'anon' }, secret).split('.');
  expect(verifyJwt(`${head}.${encode({ role: 'service_role' })}.${signature}`, secret)._unsafeUnwrapErr()).toBe(
    'bad-signature',
  );
});

test.each([
  ['nothing', ''],
  ['two parts', 'a.b'],
  ['four parts', 'a.b.c.d'],
  ['no JSON', 'a.b.c'],
  ['no signature by algorithm none', `${encode({ alg: 'none' })}.${encode({ role: 'service_role' })}.`],
  ['claims that are a list', `${encode({ alg: 'HS256' })}.${encode([])}.x`],
])('%s is malformed', (_name, token) => {
  expect(verifyJwt(token, secret)._unsafeUnwrapErr()).toBe('malformed');
});

test('an exp that is no number is malformed', () => {
  expect(verifyJwt(signJwt({ exp: 'never' }, secret), secret)._unsafeUnwrapErr()).toBe('malformed');
});
