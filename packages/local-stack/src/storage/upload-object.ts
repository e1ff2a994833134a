import type { Requester } from '../database.js';
import { bucketOf, type BucketRow } from './bucket-rows.js';
import { incomingFile, type IncomingFile } from './incoming-file.js';
import { checkContentType } from './media-type.js';
import type { ObjectPlace } from './object-place.js';
import type { StorageContext, StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import { checkMayWrite, metadataOf, writeObject, type NewObject } from './write-object.js';

/** What an upload route knows before it reads the body. */
export interface UploadOrder extends ObjectPlace {
  readonly operation: string;
  readonly upsert: boolean;
  readonly owner: string | undefined;
  /** Whose rights count; undefined for a signed upload, whose rights were checked when it was signed. */
  readonly who: Requester | undefined;
}

/** Bytes go to disk while they come, the row is written last: a failed upload leaves an older object as it was. */
export async function uploadObject(context: StorageContext, c: StorageRequest, order: UploadOrder): Promise<string> {
  const { bucket, key, owner, operation, upsert, who } = order;
  const row = await bucketOf(context, bucket);
  const file = await incomingFile(c);
  const limit = await sizeLimit(context, row, key);
  checkAgainst(row, file, key, limit);
  const announced: NewObject = {
    bucket,
    key,
    owner,
    metadata: announcedMetadata(file),
    userMetadata: file.userMetadata,
  };
  if (who !== undefined) await checkMayWrite(context, who, operation, { object: announced, upsert });
  const bytes = await context.files.write(bucket, file.bytes, (sizeBytes) => {
    if (sizeBytes > limit) throw new StorageFailure('EntityTooLarge');
  });
  const object = { ...announced, metadata: metadataOf(bytes, file.contentType, file.cacheControl) };
  return writeObject(context, operation, { object, upsert, version: bytes.version });
}

const isPlaceholder = (key: string): boolean => key.endsWith('.emptyFolderPlaceholder');

/** The most bytes that this key may have; 0 for the placeholder of an empty folder. */
export async function sizeLimit(context: StorageContext, row: BucketRow, key: string): Promise<number> {
  if (isPlaceholder(key)) return 0;
  const ofBucket = row.file_size_limit === null ? Infinity : Number(row.file_size_limit);
  return Math.min(ofBucket, await context.globalFileSizeLimit());
}

/** Fails when the announced type or size is not allowed here. */
export function checkAgainst(
  row: BucketRow,
  file: Pick<IncomingFile, 'contentType' | 'sizeBytes'>,
  key: string,
  limit: number,
): void {
  if (!isPlaceholder(key)) checkContentType(file.contentType, row.allowed_mime_types);
  if (file.sizeBytes !== undefined && file.sizeBytes > limit) throw new StorageFailure('EntityTooLarge');
}

/** The `metadata` column as policies see it before any byte is there. */
export const announcedMetadata = ({
  contentType,
  cacheControl,
  sizeBytes,
}: Pick<IncomingFile, 'contentType' | 'cacheControl' | 'sizeBytes'>): NewObject['metadata'] => ({
  mimetype: contentType,
  cacheControl,
  ...(sizeBytes !== undefined && { size: sizeBytes, contentLength: sizeBytes }),
});
