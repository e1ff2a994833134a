import { diskFull, localStackError, type LocalStackError } from '../local-stack-error.js';

const failed = { kind: 'engine-failed', message: 'The database did not start.' } as const;

/** The first pattern that the engine's account shows decides. */
const meanings: readonly (readonly [RegExp, LocalStackError])[] = [
  [/No space left on device|Disk quota exceeded|ENOSPC|EDQUOT/, diskFull()],
  [
    /Cannot find (module|package)|MODULE_NOT_FOUND/,
    {
      ...failed,
      message: 'There is no database engine for this platform.',
      hint: 'Give a databaseUrl of a PostgreSQL server, or install without leaving out optional dependencies.',
    },
  ],
  [
    /incompatible with server|was initialized by PostgreSQL version/,
    {
      ...failed,
      message: 'The data directory was made by another version of PostgreSQL.',
      hint: 'Use the version of this package that made it, or give another data directory.',
    },
  ],
  [
    /Permission denied|EACCES|EPERM|Read-only file system/,
    {
      kind: 'directory-unusable',
      message: 'The database cannot use its directory.',
      hint: 'Give a data directory that the database user may enter and write.',
    },
  ],
  [
    /postmaster\.pid/,
    {
      ...failed,
      message: 'Another database server has the data directory.',
      hint: 'Stop that server, or give another data directory.',
    },
  ],
];

/** What the engine's last lines mean. */
export function engineError(log: readonly string[]): LocalStackError {
  const text = log.slice(-12).join('\n');
  const meaning = meanings.find(([pattern]) => pattern.test(text))?.[1];
  const hint = 'The detail says what the database wrote; a new data directory may help.';
  return localStackError({ ...(meaning ?? { ...failed, hint }), detail: text });
}
