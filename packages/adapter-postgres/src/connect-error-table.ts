import type { ErrorKind, Fate } from '@hybrid-supabase/core';

/** What a failure to get a connection means. Nothing was sent, so the effect is none in every row. */
export interface ConnectErrorRule {
  /** Tested against `code: message`; the code may be empty. */
  readonly when: RegExp;
  readonly kind: ErrorKind;
  readonly message: string;
  readonly hint: string;
  readonly code?: string;
  /** Only where the database itself says so: an address that does not answer may be this door's alone. */
  readonly fault?: Fate;
}

const checkAddress = 'Check host and port of the connection string, and that the database is running.';
const checkTls = 'Give the certificate authority of the server as ssl.ca; for Supabase it can be downloaded.';

/** The first rule that matches decides. */
export const connectErrorTable: readonly ConnectErrorRule[] = [
  {
    when: /^28|client password must be a string|Tenant or user not found/,
    kind: 'unauthorized',
    message: 'The database does not accept the login.',
    hint: 'Check user and password of the connection string; through a pooler the user carries the project reference.',
  },
  {
    when: /^53300|max clients|MaxClients|too many (?:clients|connections)/i,
    kind: 'unavailable',
    message: 'The database takes no more connections.',
    hint: 'Use fewer connections, or a transaction pooler.',
    code: 'too-many-connections',
    fault: 'postgres',
  },
  {
    when: /^57P/,
    kind: 'unavailable',
    message: 'The database is starting up, shutting down or recovering.',
    hint: 'Try again in a moment.',
    fault: 'postgres',
  },
  {
    when: /^3D000/,
    kind: 'unavailable',
    message: 'There is no database of this name.',
    hint: 'Check the end of the connection string; on Supabase the name is postgres.',
  },
  {
    when: /^ECONNREFUSED/,
    kind: 'unavailable',
    message: 'Nothing accepts connections where the database should be.',
    hint: checkAddress,
  },
  {
    when: /^ENOTFOUND|^EAI_AGAIN/,
    kind: 'unavailable',
    message: 'The name of the database host cannot be resolved.',
    hint: 'Check the host; the direct host of a Supabase project has an IPv6 address only, the pooler has both.',
  },
  {
    when: /^ENOENT|^EACCES/,
    kind: 'unavailable',
    message: 'The socket file of the database cannot be opened.',
    hint: checkAddress,
  },
  {
    when: /timeout exceeded when trying to connect/,
    kind: 'unavailable',
    message: 'No connection became free in time.',
    hint: 'Allow more connections, or send less at once.',
    code: 'pool-exhausted',
  },
  {
    when: /connection timeout|timeout expired|^ETIMEDOUT|^EHOSTUNREACH|^ENETUNREACH/,
    kind: 'unavailable',
    message: 'The database host does not answer.',
    hint: 'Check the network; a direct host of a Supabase project is reached by IPv6, the pooler by IPv4 too.',
    code: 'connect-timeout',
  },
  {
    when: /does not support SSL|establishing an SSL connection/,
    kind: 'unavailable',
    message: 'The server does not speak TLS.',
    hint: 'Leave `ssl` out only where nobody can listen on the way; else switch TLS on at the server.',
    code: 'tls-refused',
  },
  {
    when: /CERT|^UNABLE_TO|^ERR_TLS|^ERR_SSL|^EPROTO|certificate/,
    kind: 'unavailable',
    message: 'The certificate of the server cannot be trusted.',
    hint: checkTls,
    code: 'tls-untrusted',
  },
  {
    when: /after calling end on the pool/,
    kind: 'unavailable',
    message: 'The pool has been ended.',
    hint: 'Create a new pool and a new layer.',
    code: 'pool-ended',
  },
];

/** For every other failure to connect. */
export const unknownConnectError: ConnectErrorRule = {
  when: /^/,
  kind: 'unavailable',
  message: 'No connection to the database could be opened.',
  hint: 'The cause of this error says why; try again, and look at the database if it stays so.',
};
