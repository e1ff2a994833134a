import { Hono } from 'hono';
import type { ClientBase } from 'pg';
import { surelyRolledBack, translating } from './database-failure.js';
import { findObject, lockKeys } from './object-rows.js';
import { guardedRequester } from './requester.js';
import { inOperation, type StorageContext, type StorageEnv } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import { transferOf, type Transfer } from './transfer-body.js';

const meanings = { '23505': 'ResourceAlreadyExists' } as const;

/** `POST /object/move`: one transaction of the caller; the bytes get a second name first and lose one of the two at the end. */
export function moveRoute(context: StorageContext): Hono<StorageEnv> {
  return new Hono<StorageEnv>().post('/', async (c) => {
    const who = guardedRequester(context, c);
    const asked = await transferOf(c);
    const { from, to } = asked;
    const staysInPlace = from.bucket === to.bucket && from.key === to.key;
    let copy: string | undefined;
    try {
      const old = await translating(meanings, () =>
        inOperation(context, who, 'object.move', async (client) => {
          await lockKeys(client, [from, to]);
          const { version } = await findObject(client, from.bucket, from.key);
          if (!staysInPlace) copy = await context.files.duplicate(from.bucket, version ?? '', to.bucket);
          await moveRow(client, asked, copy ?? version);
          return version;
        }),
      );
      if (copy !== undefined) await context.files.remove(from.bucket, [old]);
    } catch (thrown) {
      if (copy !== undefined && surelyRolledBack(thrown)) await context.files.remove(to.bucket, [copy]);
      throw thrown;
    }
    return c.json({ message: 'Successfully moved' });
  });
}

async function moveRow(client: ClientBase, { from, to }: Transfer, version: string | null): Promise<void> {
  const moved = await client.query(
    'update storage.objects set bucket_id = $3, name = $4, version = $5 where bucket_id = $1 and name = $2',
    [from.bucket, from.key, to.bucket, to.key, version],
  );
  if (moved.rowCount === 0) throw new StorageFailure('NoSuchKey');
}
