import { randomUUID } from 'node:crypto';
import { rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { syncPath } from './sync-path.js';

/** Puts a text in the place of a file's content, whole or not at all, even if the power fails; only the owner of the file may read it. */
export async function keepText(path: string, text: string): Promise<void> {
  const next = `${path}.${randomUUID()}`;
  await writeFile(next, text, { mode: 0o600, flush: true });
  await rename(next, path);
  await syncPath(dirname(path));
}
