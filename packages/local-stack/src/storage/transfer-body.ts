import { z } from 'zod';
import { objectKey } from './object-key.js';
import type { ObjectPlace } from './object-place.js';
import { jsonBody } from './request-json.js';
import type { StorageRequest } from './storage-context.js';

const place = {
  bucketId: z.string(),
  sourceKey: z.string(),
  destinationKey: z.string(),
  destinationBucket: z.string().optional(),
};

const transfer = z.object({
  ...place,
  copyMetadata: z.boolean().default(true),
  metadata: z.object({ mimetype: z.string().optional(), cacheControl: z.string().optional() }).optional(),
});

/** What move and copy are asked for. */
export interface Transfer {
  readonly from: ObjectPlace;
  readonly to: ObjectPlace;
  readonly copyMetadata: boolean;
  readonly metadata: { readonly mimetype?: string | undefined; readonly cacheControl?: string | undefined } | undefined;
}

/** Reads the body that move and copy share. */
export async function transferOf(c: StorageRequest): Promise<Transfer> {
  const { bucketId, sourceKey, destinationKey, destinationBucket = bucketId, ...rest } = await jsonBody(c, transfer);
  return {
    from: { bucket: bucketId, key: objectKey(sourceKey) },
    to: { bucket: destinationBucket, key: objectKey(destinationKey) },
    copyMetadata: rest.copyMetadata,
    metadata: rest.metadata,
  };
}
