/** Why a stack did not start (whatever had been started by then was ended again), or why a statement of its owner failed. */
export type LocalStackErrorKind =
  /** Another stack, named by its process id, has the data directory. */
  | 'directory-in-use'
  /** The data directory cannot be made, read or written. */
  | 'directory-unusable'
  /** The database may not run as root, and its own user cannot enter a folder above the data directory. */
  | 'directory-unreachable'
  | 'disk-full'
  /** The port is taken, or this user may not open it. */
  | 'port-unavailable'
  /** No user of this system can run the database on root's behalf. */
  | 'no-database-user'
  /** The engine's program is missing on this platform, or the database did not start. */
  | 'engine-failed'
  /** The server of `databaseUrl` does not answer or refuses the login. */
  | 'database-unreachable'
  /** The server of `databaseUrl` cannot hold a stack: too old, no superuser, or another's `storage` schema. */
  | 'database-unsuitable'
  /** A statement given to `query` failed. */
  | 'statement-failed';

/** One clear account of a start that failed. Holds no key, no password and no address. */
export interface LocalStackError {
  readonly kind: LocalStackErrorKind;
  readonly message: string;
  /** What to do about it. */
  readonly hint: string;
  /** What the database or the system said, for whoever looks deeper. */
  readonly detail?: string;
}

/** Makes a frozen {@link LocalStackError}. */
export const localStackError = (error: LocalStackError): LocalStackError => Object.freeze({ ...error });

const unusable = { kind: 'directory-unusable', message: 'The data directory cannot be used.' } as const;
const byCode: { readonly [code: string]: LocalStackError } = {
  ENOSPC: diskFull(),
  EDQUOT: diskFull(),
  ENOTDIR: { ...unusable, hint: 'A file stands where a folder is needed: give another data directory.' },
  EEXIST: { ...unusable, hint: 'A file stands where a folder is needed: give another data directory.' },
  EROFS: { ...unusable, hint: 'Its file system is read-only: give another data directory.' },
};

/** What a failed file operation means for a start. */
export function fileSystemError(error: unknown): LocalStackError {
  const code = codeOf(error);
  const known = byCode[code];
  const hint = 'Give a data directory that this user may create, read and write.';
  return localStackError({ ...(known ?? { ...unusable, hint }), ...(code === '' ? {} : { detail: code }) });
}

/** The account of a full disk, whoever met it. */
export function diskFull(): LocalStackError {
  return {
    kind: 'disk-full',
    message: 'No space is left on the disk.',
    hint: 'Free some space or give another data directory.',
  };
}

/** The system's own code of an error (`EACCES`, a SQLSTATE), or an empty text. */
export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error && typeof error.code === 'string' ? error.code : '';
