import type { Bucket, BucketsPort } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bucketOf } from './bucket-info.js';
import { settingsFault, vendorSettingsOf } from './bucket-settings.js';
import type { Attempt, Door } from './door.js';
import { emptyBucket } from './empty-bucket.js';
import type { Failure } from './failure.js';
import { bucketFault } from './object-key.js';
import { eachOf, membersOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';
import type { StorageClient, VendorReply } from './supabase-client.js';

/** What the buckets port is made of. */
export interface BucketsPortOptions {
  readonly door: Door;
  /** Waits; ends early, without rejecting, when the signal fires. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** Buckets through the Storage API. Create and update answer with the bucket as the server has it: one more request. */
export const createBucketsPort = ({ door, sleep }: BucketsPortOptions): BucketsPort => {
  const { during } = door;
  return {
    list: (_input, call) => during(call, listBuckets),
    get: ({ id }, call) => during(call, (attempt) => getBucket(id, attempt), bucketFault(id)),
    create: ({ id, ...settings }, call) =>
      during(
        call,
        (attempt) =>
          change(attempt, id, (storage) => storage.createBucket(id, { public: false, ...vendorSettingsOf(settings) })),
        bucketFault(id) ?? settingsFault(settings),
      ),
    update: ({ id, ...settings }, call) =>
      during(
        call,
        (attempt) => change(attempt, id, (storage) => storage.updateBucket(id, vendorSettingsOf(settings))),
        bucketFault(id) ?? settingsFault(settings),
      ),
    empty: ({ id }, call) => during(call, (attempt) => emptyBucket({ id, call, attempt, sleep }), bucketFault(id)),
    delete: ({ id }, call) => during(call, (attempt) => deleteBucket(id, attempt), bucketFault(id)),
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

const deleteBucket = async (id: string, attempt: Attempt): Promise<Result<void, Failure>> =>
  (await tell(attempt, (storage) => storage.deleteBucket(id))).map(() => undefined);

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
