import { announcedMetadata } from './upload-object.js';
import type { ResumableOrder } from './resumable-order.js';
import { isSignedFor } from './signed-for.js';
import { inOperation, type StorageContext } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import type { UploadCaller } from './upload-caller.js';
import { tryToWrite } from './write-object.js';

/** What a caller wants to do with an upload. */
export interface UploadWish {
  readonly caller: UploadCaller;
  readonly operation: string;
  readonly order: ResumableOrder;
  /** Undefined while the client has not said how long it will be. */
  readonly sizeBytes: number | undefined;
}

/** Fails unless the caller may write the object now; asked anew at each request, since rights and objects change while bytes come. */
export async function checkMayUpload(
  context: StorageContext,
  { caller, operation, order, sizeBytes }: UploadWish,
): Promise<void> {
  checkSignedFor(caller, order);
  const { bucket, key, userMetadata } = order;
  const metadata = announcedMetadata({ ...order, sizeBytes });
  const object = { bucket, key, owner: caller.owner, metadata, userMetadata };
  await inOperation(context, caller.who ?? 'superuser', operation, (client) =>
    tryToWrite(client, object, caller.upsert),
  );
}

/** A signature is good for one bucket and key, whatever the request. */
export function checkSignedFor({ onlyFor }: UploadCaller, order: ResumableOrder): void {
  if (onlyFor !== undefined && !isSignedFor(onlyFor, order)) throw new StorageFailure('InvalidSignature');
}
