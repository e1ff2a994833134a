import { bucketOf } from './bucket-rows.js';
import { sqlStateOf } from './database-failure.js';
import { uploadOrderOf, type ResumableOrder } from './resumable-order.js';
import type { StorageContext } from './storage-context.js';
import { TusFailure } from './tus-failure.js';
import type { UploadCaller } from './upload-caller.js';
import { checkAgainst, sizeLimit } from './upload-object.js';
import { checkMayUpload, checkSignedFor } from './upload-rights.js';
import type { UploadSessions } from './upload-sessions.js';

/** What one request for a resumable upload stands on. */
export interface UploadRulesOptions {
  readonly context: StorageContext;
  readonly sessions: UploadSessions;
  readonly caller: UploadCaller;
  /** The end of the address; undefined where uploads are created. */
  readonly id: string | undefined;
}

/** What must hold before one request may do anything; each fails with the answer to give. */
export interface UploadRules {
  /** In bytes; the least of bucket and server. */
  limit(order: ResumableOrder): Promise<number>;
  /** The object that the upload of the address will be. */
  orderAtAddress(): Promise<ResumableOrder>;
  mayCreate(order: ResumableOrder, sizeBytes: number | undefined): Promise<void>;
  /** By method, for uploads that exist. */
  readonly may: { readonly [method: string]: () => Promise<void> };
}

/** The rules for one request in the name of its caller. */
export function createUploadRules({ context, sessions, caller, id = '' }: UploadRulesOptions): UploadRules {
  const bucketFor = ({ bucket }: ResumableOrder) => bucketOf(context, bucket);
  const limit = async (order: ResumableOrder): Promise<number> => sizeLimit(context, await bucketFor(order), order.key);
  const orderAtAddress = async (): Promise<ResumableOrder> => uploadOrderOf((await sessions.find(id)).metadata);

  async function mayWrite(operation: string): Promise<void> {
    const { metadata, sizeBytes } = await sessions.find(id);
    const order = uploadOrderOf(metadata);
    await checkMayUpload(context, { caller, operation, order, sizeBytes: sizeBytes ?? undefined });
  }

  /** Whoever lost the key to another may still give up: the duplicate is found only after the policies have agreed. */
  async function mayDelete(): Promise<void> {
    const { finished } = await sessions.find(id);
    await mayWrite('tus.upload.delete').catch((thrown: unknown) => {
      if (finished || sqlStateOf(thrown) !== '23505') throw thrown;
    });
  }

  return {
    limit,
    orderAtAddress,
    async mayCreate(order, sizeBytes) {
      const most = await limit(order);
      if (sizeBytes !== undefined && sizeBytes > most) throw new TusFailure('tooLarge');
      checkAgainst(await bucketFor(order), { ...order, sizeBytes }, order.key, most);
      await checkMayUpload(context, { caller, operation: 'tus.upload.create', order, sizeBytes });
    },
    may: {
      PATCH: () => mayWrite('tus.upload.part'),
      DELETE: mayDelete,
      // Any valid token will do, as on the hosted service: the address itself is the secret.
      HEAD: async () => checkSignedFor(caller, await orderAtAddress()),
    },
  };
}
