import { z } from 'zod';
import { headerSafe } from './header-safe.js';
import { objectKey } from './object-key.js';
import type { ObjectPlace } from './object-place.js';
import type { UserMetadata } from './object-rows.js';
import type { PartialUpload } from './partial-upload.js';
import { StorageFailure } from './storage-failure.js';
import { TusFailure } from './tus-failure.js';

/** What an upload's metadata says of the object to come. */
export interface ResumableOrder extends ObjectPlace {
  readonly contentType: string;
  readonly cacheControl: string;
  /** `kept`: none was given, so a replaced object keeps its own. */
  readonly userMetadata: UserMetadata | 'kept';
}

/** Values of `Upload-Metadata`; a key without a value is null. */
export type UploadMetadata = PartialUpload['metadata'];

const userMetadata = z.record(z.string(), z.unknown());

function userMetadataFrom(text: string): UserMetadata {
  try {
    return userMetadata.parse(JSON.parse(text));
  } catch {
    throw new StorageFailure('InvalidRequest', 'metadata: expected a JSON object');
  }
}

/** Seconds become a whole cache rule, anything else is no rule: so the metadata is stored and shown. */
export function withCacheRule(metadata: UploadMetadata): UploadMetadata {
  const seconds = metadata['cacheControl'] ?? '';
  return { ...metadata, cacheControl: /^-?\d+$/.test(seconds) ? `max-age=${seconds}` : 'no-cache' };
}

/** Reads metadata made by {@link withCacheRule}. Without a type it is bytes, and checked as such. */
export function uploadOrderOf(metadata: UploadMetadata): ResumableOrder {
  const { bucketName, objectName, contentType, cacheControl, metadata: own } = metadata;
  if (!bucketName || !objectName) throw new TusFailure('noMetadata');
  return {
    bucket: bucketName,
    key: objectKey(objectName),
    contentType: contentType ?? 'application/octet-stream',
    cacheControl: headerSafe(cacheControl ?? ''),
    userMetadata: own ? userMetadataFrom(own) : 'kept',
  };
}
