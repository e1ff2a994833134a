import { Hono } from 'hono';
import type { Requester } from '../database.js';
import { headerSafe } from './header-safe.js';
import { checkContentType } from './media-type.js';
import { findObject, type ObjectRow } from './object-rows.js';
import { guardedRequester, ownerOf } from './requester.js';
import { inOperation, type StorageContext, type StorageEnv } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import { transferOf, type Transfer } from './transfer-body.js';
import { tryToWrite, writeObject, type NewObject } from './write-object.js';

/** How often the source may be replaced under the copy before it counts as gone. */
const attempts = 3;

/** `POST /object/copy`: as an upload whose bytes are here already. */
export function copyRoute(context: StorageContext): Hono<StorageEnv> {
  return new Hono<StorageEnv>().post('/', async (c) => {
    const who = guardedRequester(context, c);
    const asked = await transferOf(c);
    const upsert = c.req.header('x-upsert') === 'true';
    const { object, version } = await duplicated(context, who, asked, upsert);
    const id = await writeObject(context, 'object.copy', { object, upsert, version });
    const row = await inOperation(context, 'superuser', 'object.copy', (client) =>
      findObject(client, asked.to.bucket, asked.to.key),
    );
    return c.json({ Id: id, Key: `${asked.to.bucket}/${asked.to.key}`, ...row });
  });
}

async function duplicated(
  context: StorageContext,
  who: Requester,
  asked: Transfer,
  upsert: boolean,
): Promise<{ object: NewObject; version: string }> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const { object, source } = await inOperation(context, who, 'object.copy', async (client) => {
      const found = await findObject(client, asked.from.bucket, asked.from.key);
      const planned = copyOf(found, asked, ownerOf(who));
      await tryToWrite(client, planned, upsert);
      return { object: planned, source: found };
    });
    const version = await context.files.duplicate(asked.from.bucket, source.version ?? '', asked.to.bucket);
    if (version !== undefined) return { object, version };
  }
  throw new StorageFailure('NoSuchKey');
}

function copyOf(source: ObjectRow, { to, copyMetadata, metadata }: Transfer, owner: string | undefined): NewObject {
  const system = { ...source.metadata, lastModified: new Date().toISOString() };
  if (copyMetadata) return { ...to, owner, metadata: system, userMetadata: source.user_metadata };
  if (metadata?.mimetype !== undefined) checkContentType(metadata.mimetype, null);
  const given = {
    ...(metadata?.mimetype !== undefined && { mimetype: metadata.mimetype }),
    ...(metadata?.cacheControl !== undefined && { cacheControl: headerSafe(metadata.cacheControl) }),
  };
  return { ...to, owner, metadata: { ...system, ...given }, userMetadata: null };
}
