import { testKey } from '../test/test-key.js';
import { claimsOf, expiryOfToken } from './key-claims.js';

test.each([
  [
    'a service role key',
    testKey({ role: 'service_role', exp: 2_000_000_000 }),
    { role: 'service_role', expiresAtMs: 2_000_000_000_000 },
  ],
  ['an anonymous key', testKey({ role: 'anon' }), { role: 'anon' }],
  ['a key with a role of its own', testKey({ role: 'clerk' }), {}],
  ['a secret key', 'sb_secret_abc', { role: 'service_role' }],
  ['a publishable key', 'sb_publishable_abc', { role: 'anon' }],
  ['no key of any kind', 'hello', {}],
  ['a token that is no JSON', 'a.b.c', {}],
])('reads %s', (_what, key, claims) => expect(claimsOf(key)).toEqual(claims));

test('says when a token expires, or that it does not', () => {
  expect(expiryOfToken(testKey({ exp: 2_000_000_000 }))).toBe('2033-05-18T03:33:20.000Z');
  expect(expiryOfToken(testKey({}))).toBeUndefined();
});
