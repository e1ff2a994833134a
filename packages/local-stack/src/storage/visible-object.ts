import type { Requester } from '../database.js';
import { bucketOf } from './bucket-rows.js';
import type { ObjectPlace } from './object-place.js';
import { findObject, type ObjectRow } from './object-rows.js';
import { inOperation, type StorageContext } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** Finds an object by the rules of one kind of route. */
export type FindObject = (place: ObjectPlace) => Promise<ObjectRow>;

const asOwnerOfAll = (context: StorageContext, operation: string, { bucket, key }: ObjectPlace): Promise<ObjectRow> =>
  inOperation(context, 'superuser', operation, (client) => findObject(client, bucket, key));

/** In a public bucket anybody, in a private one whoever the policies let; for a stranger a private bucket does not exist. */
export function findVisible(context: StorageContext, who: Requester | undefined, operation: string): FindObject {
  return async (place) => {
    const bucket = await bucketOf(context, place.bucket);
    if (bucket.public) return asOwnerOfAll(context, operation, place);
    if (who === undefined) throw new StorageFailure('NoSuchBucket');
    return inOperation(context, who, operation, (client) => findObject(client, place.bucket, place.key));
  };
}

/** In a public bucket, whoever asks; a private one does not exist. */
export function findPublic(context: StorageContext, operation: string): FindObject {
  return async (place) => {
    const bucket = await bucketOf(context, place.bucket);
    if (!bucket.public) throw new StorageFailure('NoSuchBucket');
    return asOwnerOfAll(context, operation, place);
  };
}

/** For an address whose signature was checked. */
export function findSigned(context: StorageContext, operation: string): FindObject {
  return (place) => asOwnerOfAll(context, operation, place);
}
