import { connectError } from './connect-error.js';

const thrown = (code: string | undefined, message: string, severity?: string) =>
  Object.assign(new Error(message), {
    ...(code !== undefined && { code }),
    ...(severity !== undefined && { severity }),
  });

test.each([
  ['28P01', 'password authentication failed for user "me"', 'unauthorized', '28P01', undefined],
  ['28000', 'no pg_hba.conf entry for host', 'unauthorized', '28000', undefined],
  ['XX000', 'Tenant or user not found', 'unauthorized', 'XX000', undefined],
  [undefined, 'SASL: client password must be a string', 'unauthorized', undefined, undefined],
  ['53300', 'sorry, too many clients already', 'unavailable', 'too-many-connections', 'postgres'],
  ['XX000', 'MaxClientsInSessionMode: max clients reached', 'unavailable', 'too-many-connections', 'postgres'],
  ['57P03', 'the database system is starting up', 'unavailable', '57P03', 'postgres'],
  ['57P01', 'terminating connection due to administrator command', 'unavailable', '57P01', 'postgres'],
  ['3D000', 'database "x" does not exist', 'unavailable', '3D000', undefined],
  ['ECONNREFUSED', '', 'unavailable', 'ECONNREFUSED', undefined],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND db', 'unavailable', 'ENOTFOUND', undefined],
  ['ENETUNREACH', 'connect ENETUNREACH', 'unavailable', 'connect-timeout', undefined],
  [undefined, 'Connection terminated due to connection timeout', 'unavailable', 'connect-timeout', undefined],
  [undefined, 'timeout exceeded when trying to connect', 'unavailable', 'pool-exhausted', undefined],
  [undefined, 'The server does not support SSL connections', 'unavailable', 'tls-refused', undefined],
  [
    'SELF_SIGNED_CERT_IN_CHAIN',
    'self-signed certificate in certificate chain',
    'unavailable',
    'tls-untrusted',
    undefined,
  ],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'altnames', 'unavailable', 'tls-untrusted', undefined],
  [undefined, 'Cannot use a pool after calling end on the pool', 'unavailable', 'pool-ended', undefined],
  ['ECONNRESET', 'read ECONNRESET', 'unavailable', 'ECONNRESET', undefined],
  [undefined, 'something else', 'unavailable', undefined, undefined],
])('%s "%s" is %s', (code, message, kind, expectedCode, fault) => {
  const error = connectError('postgres', thrown(code, message, 'FATAL'));
  expect({ code: error.code, fault: error.fault }).toEqual({ code: expectedCode, fault });
  expect(error).toMatchObject({ kind, effect: 'none', layer: 'postgres' });
  expect(error.hint).toBeTruthy();
});

test('names the SQLSTATE where the server itself refused, and only there', () => {
  expect(connectError('postgres', thrown('28P01', 'no', 'FATAL')).sqlState).toBe('28P01');
  expect(connectError('postgres', thrown('EPIPE', 'no')).sqlState).toBeUndefined();
});

test.each([undefined, null, 'refused', 7])('whatever is thrown becomes an error with a cause: %p', (cause) => {
  expect(connectError('postgres', cause)).toMatchObject({ kind: 'unavailable', effect: 'none' });
  expect(connectError('postgres', cause).cause).toBeDefined();
});
