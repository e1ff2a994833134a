import { objectKey } from './object-key.js';
import type { StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** Where an object is. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** End of a route's pattern; the key may hold slashes, and an empty one is a bad key, not another route. */
export const placePattern = '/:bucket/:key{.*}';

/** The bucket and key in the address, decoded and checked. */
export function placeOf(c: StorageRequest): ObjectPlace {
  const bucket = c.req.param('bucket');
  const key = c.req.param('key');
  if (bucket === undefined || key === undefined) throw new StorageFailure('InvalidKey');
  return { bucket, key: objectKey(key) };
}
