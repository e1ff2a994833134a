import { readFileSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import { localStackError, type LocalStackError } from '../local-stack-error.js';

/** The user of the operating system that runs the database when this process is root; PostgreSQL refuses root. */
export interface DatabaseUser {
  readonly uid: number;
  readonly gid: number;
}

const candidates = ['postgres', 'nobody'];

/** `undefined` when this process is not root: then the database runs as whoever started it. */
export function findDatabaseUser(
  uid = process.getuid?.(),
  passwd = '/etc/passwd',
): Result<DatabaseUser | undefined, LocalStackError> {
  if (uid !== 0) return ok(undefined);
  const users = new Map(readFileSync(passwd, 'utf8').split('\n').map(userOf));
  const found = candidates.map((name) => users.get(name)).find((user) => user !== undefined && user.uid > 0);
  if (found !== undefined) return ok(found);
  return err(
    localStackError({
      kind: 'no-database-user',
      message: 'The database may not run as root, and this system has no user to run it as.',
      hint: `Start the stack as another user, or make a system user named ${candidates.join(' or ')}.`,
    }),
  );
}

function userOf(line: string): readonly [string, DatabaseUser | undefined] {
  const [name = '', , uid, gid] = line.split(':');
  const user = { uid: Number(uid), gid: Number(gid) };
  return [name, Number.isInteger(user.uid) && Number.isInteger(user.gid) ? user : undefined];
}

/** Whether the user may go through a folder and every folder above it. */
export async function canEnter(folder: string, user: DatabaseUser): Promise<boolean> {
  const { mode, uid, gid } = await stat(folder);
  const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
  if ((mode & bit) === 0) return false;
  const above = dirname(folder);
  return above === folder || canEnter(above, user);
}
