import type { Bucket, BucketsPort, Call, LayerResult } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bucketOf } from './bucket-info.js';
import { settingsFault, vendorSettingsOf } from './bucket-settings.js';
import type { Attempt, Door } from './door.js';
import { emptyBucket } from './empty-bucket.js';
import { errorOf, refusal, type Failure } from './failure.js';
import { bucketFault } from './object-key.js';
import { eachOf, membersOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';
import type { StorageClient, VendorReply } from './supabase-client.js';

/** What the buckets port is made of. */
export interface BucketsPortOptions {
  readonly layer: string;
  readonly door: Door;
  /** Waits; ends early, without rejecting, when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Buckets through the Storage API. Create and update answer with the bucket as the server has it: one more request. */
export const createBucketsPort = ({ layer, door, sleep }: BucketsPortOptions): BucketsPort => {
  const unless = <T>(
    fault: string | undefined,
    call: Call,
    work: (attempt: Attempt) => Promise<Result<T, Failure>>,
  ): LayerResult<T> =>
    fault === undefined ? door.during(call, work) : Promise.resolve(err(errorOf(layer, refusal(fault))));

  return {
    list: (_input, call) => door.during(call, listBuckets),
    get: ({ id }, call) => unless(bucketFault(id), call, (attempt) => getBucket(id, attempt)),
    create: ({ id, ...settings }, call) =>
      unless(bucketFault(id) ?? settingsFault(settings), call, (attempt) =>
        change(attempt, id, (storage) => storage.createBucket(id, { public: false, ...vendorSettingsOf(settings) })),
      ),
    update: ({ id, ...settings }, call) =>
      unless(bucketFault(id) ?? settingsFault(settings), call, (attempt) =>
        change(attempt, id, (storage) => storage.updateBucket(id, vendorSettingsOf(settings))),
      ),
    empty: ({ id }, call) => unless(bucketFault(id), call, (attempt) => emptyBucket({ id, call, attempt, sleep })),
    delete: ({ id }, call) =>
      unless(bucketFault(id), call, async (attempt) =>
        (await tell(attempt, (storage) => storage.deleteBucket(id))).map(() => undefined),
      ),
  };
};

const listBuckets = async (attempt: Attempt): Promise<Result<readonly Bucket[], Failure>> => {
  const buckets = await attempt.ask({
    send: ({ storage }) => storage.listBuckets(),
    read: (data) => eachOf(data, bucketOf),
    explain: storageFailureOf,
  });
  return buckets.map((found) => [...found].sort((one, other) => (one.id < other.id ? -1 : Number(one.id > other.id))));
};

const getBucket = (id: string, attempt: Attempt): Promise<Result<Bucket, Failure>> =>
  attempt.ask({ send: ({ storage }) => storage.getBucket(id), read: bucketOf, explain: storageFailureOf });

const tell = (attempt: Attempt, send: (storage: StorageClient) => Promise<VendorReply>) =>
  attempt.ask({ send: ({ storage }) => send(storage), read: membersOf, explain: storageFailureOf });

const change = async (
  attempt: Attempt,
  id: string,
  send: (storage: StorageClient) => Promise<VendorReply>,
): Promise<Result<Bucket, Failure>> => {
  const changed = await tell(attempt, send);
  if (changed.isErr()) return err(changed.error);
  const bucket = await getBucket(id, attempt);
  // The change is made by now, whatever went wrong in reading it back.
  return bucket.isOk() ? ok(bucket.value) : err({ ...bucket.error, kind: 'interrupted', effect: 'unknown' });
};
