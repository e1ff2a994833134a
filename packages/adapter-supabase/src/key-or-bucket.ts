import { err, type Result } from 'neverthrow';
import { bucketOf } from './bucket-info.js';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { storageFailureOf } from './storage-failure.js';

/**
 * A read with a key that is not valid is taken for one without a key, and finds no private bucket. A route that insists on a
 * valid key tells the two apart; it is asked only when a bucket is said to be missing.
 */
export const keyOrBucket = async <T>(
  outcome: Result<T, Failure>,
  bucket: string,
  attempt: Attempt,
): Promise<Result<T, Failure>> => {
  if (outcome.isOk() || outcome.error.code !== 'NoSuchBucket') return outcome;
  const guarded = await attempt.beside((own) =>
    own.ask({ send: ({ storage }) => storage.getBucket(bucket), read: bucketOf, explain: storageFailureOf }),
  );
  return guarded.isErr() && guarded.error.kind === 'unauthorized' ? err(guarded.error) : outcome;
};
