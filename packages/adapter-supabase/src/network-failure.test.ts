import { networkFailureOf } from './network-failure.js';

const fetchFailed = (cause: unknown): Error => new TypeError('fetch failed', { cause });
const system = (code: string, syscall?: string): Error => Object.assign(new Error(code), { code, syscall });

const rows: readonly [string, unknown, string, string][] = [
  ['a refused connection', fetchFailed(system('ECONNREFUSED', 'connect')), 'unavailable', 'none'],
  ['an unknown host', fetchFailed(system('ENOTFOUND', 'getaddrinfo')), 'unavailable', 'none'],
  [
    'several refused addresses',
    fetchFailed(Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' })),
    'unavailable',
    'none',
  ],
  ['a connection not made in time', fetchFailed(system('ETIMEDOUT', 'connect')), 'unavailable', 'none'],
  ['a connection undici gave up', fetchFailed(system('UND_ERR_CONNECT_TIMEOUT')), 'unavailable', 'none'],
  ['a foreign certificate', fetchFailed(system('DEPTH_ZERO_SELF_SIGNED_CERT')), 'unavailable', 'none'],
  ['a reset connection', fetchFailed(system('ECONNRESET', 'read')), 'interrupted', 'unknown'],
  ['the other side hanging up', fetchFailed(system('UND_ERR_SOCKET')), 'interrupted', 'unknown'],
  ['a body cut short', new TypeError('terminated', { cause: system('UND_ERR_SOCKET') }), 'interrupted', 'unknown'],
  ['a silent connection', fetchFailed(system('ETIMEDOUT', 'read')), 'timed-out', 'unknown'],
  ['late headers', fetchFailed(system('UND_ERR_HEADERS_TIMEOUT')), 'timed-out', 'unknown'],
  ['something nobody knows', new Error('?'), 'interrupted', 'unknown'],
  ['no error at all', undefined, 'interrupted', 'unknown'],
];

test.each(rows)('takes %s for what it is', (_what, failure, kind, effect) => {
  expect(networkFailureOf(failure)).toMatchObject({ kind, effect });
});
