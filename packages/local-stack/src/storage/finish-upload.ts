import { sqlStateOf } from './database-failure.js';
import type { PartialFiles } from './partial-files.js';
import type { PartialUpload } from './partial-upload.js';
import { uploadOrderOf, type ResumableOrder } from './resumable-order.js';
import { inOperation, type StorageContext } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import { metadataOf, writeObject } from './write-object.js';

/**
 * Turns complete bytes into an object and gives the record that says so. Can be repeated after a crash at any point.
 * An upload that lost its key to another is removed with its bytes; any other failure leaves it to be finished later.
 */
export async function finishUpload(
  context: StorageContext,
  partials: PartialFiles,
  upload: PartialUpload,
): Promise<PartialUpload> {
  const { version } = upload;
  const order = uploadOrderOf(upload.metadata);
  try {
    if (!(await isWritten(context, order, version))) await writeWhole(context, partials, { upload, order });
  } catch (thrown) {
    if (hasLost(thrown)) await partials.remove(version);
    throw thrown;
  }
  const finished = { ...upload, finished: true };
  await partials.save(finished);
  await partials.removeBytes(version);
  return finished;
}

const hasLost = (thrown: unknown): boolean => thrown instanceof StorageFailure || sqlStateOf(thrown) === '23505';

async function isWritten(context: StorageContext, { bucket, key }: ResumableOrder, version: string): Promise<boolean> {
  const found = await inOperation(context, 'superuser', 'tus.upload.get', (client) =>
    client.query('select from storage.objects where bucket_id = $1 and name = $2 and version = $3', [
      bucket,
      key,
      version,
    ]),
  );
  return found.rowCount !== 0;
}

async function writeWhole(
  context: StorageContext,
  partials: PartialFiles,
  { upload, order }: { upload: PartialUpload; order: ResumableOrder },
): Promise<void> {
  const { version, upsert, owner } = upload;
  const bytes = { version, sizeBytes: await partials.receivedBytes(version), md5: await partials.md5(version) };
  await context.files.adopt(partials.bytesFile(version), order.bucket, version);
  const metadata = metadataOf(bytes, order.contentType, order.cacheControl);
  const object = { ...order, owner: owner ?? undefined, metadata };
  await writeObject(context, 'tus.upload.part', { object, upsert, version });
}
