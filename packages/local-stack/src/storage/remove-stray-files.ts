import { opendir, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Database } from '../database.js';
import { bucketFolder } from './bucket-folder.js';
import { uploadsFolder } from './upload-sessions.js';

/** Where the bytes of another server's rows are, which the rows of the directory's own server say nothing about. */
export const foreignFolder = '.foreign';

const kept: ReadonlySet<string> = new Set([foreignFolder, uploadsFolder]);

/**
 * Removes bytes that no row knows: a process that is killed between a row and its bytes leaves them behind. Only for
 * the directory that the database itself lives in, and only while nobody writes.
 */
export async function removeStrayFiles(objectsDirectory: string, database: Database): Promise<void> {
  const buckets = await database.transaction('superuser', (client) =>
    client.query<{ id: string }>('select id from storage.buckets'),
  );
  const bucketIn = new Map(buckets.rows.map(({ id }) => [bucketFolder(id), id]));
  for (const name of await readdir(objectsDirectory)) {
    const bucket = bucketIn.get(name);
    if (bucket !== undefined)
      await removeUnknown(path.join(objectsDirectory, name), await versionsIn(database, bucket));
    else if (!kept.has(name)) await rm(path.join(objectsDirectory, name), { recursive: true, force: true });
  }
}

async function versionsIn(database: Database, bucket: string): Promise<ReadonlySet<string | null>> {
  const found = await database.transaction('superuser', (client) =>
    client.query<{ version: string | null }>('select version from storage.objects where bucket_id = $1', [bucket]),
  );
  return new Set(found.rows.map(({ version }) => version));
}

async function removeUnknown(folder: string, known: ReadonlySet<string | null>): Promise<void> {
  for await (const { name } of await opendir(folder))
    if (!known.has(name)) await rm(path.join(folder, name), { recursive: true, force: true });
}
