import type { Call } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { membersOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

/** What emptying takes. */
export interface EmptyBucketOptions {
  readonly id: string;
  readonly call: Call;
  readonly attempt: Attempt;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

const firstPauseMs = 100;
const longestPauseMs = 2000;

/** The hosted service only queues the work, so this looks until no object is left; the call's signal ends it. */
export const emptyBucket = async ({ id, call, attempt, sleep }: EmptyBucketOptions): Promise<Result<void, Failure>> => {
  const queued = await attempt.ask({
    send: ({ storage }) => storage.emptyBucket(id),
    read: membersOf,
    explain: storageFailureOf,
  });
  if (queued.isErr()) return err(queued.error);
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    const empty = await isEmpty(id, attempt);
    if (empty.isErr()) return err({ ...empty.error, effect: 'unknown' });
    if (empty.value) return ok(undefined);
    call.note(`waited ${pauseMs} ms for the bucket to become empty`);
    await sleep(pauseMs, attempt.exchange.signal);
    if (attempt.exchange.signal.aborted) return err(stillFull);
  }
};

const isEmpty = (id: string, attempt: Attempt): Promise<Result<boolean, Failure>> =>
  attempt.ask({
    send: ({ storage }) => storage.from(id).listV2({ prefix: '', limit: 1, with_delimiter: false }),
    read: (data) => {
      const { objects, hasNext } = membersOf(data) ?? {};
      if (!Array.isArray(objects) || typeof hasNext !== 'boolean') return undefined;
      return objects.length === 0 && !hasNext;
    },
    explain: storageFailureOf,
  });

const stillFull: Failure = {
  kind: 'timed-out',
  effect: 'unknown',
  message: 'The bucket was not empty yet when the time was up.',
  hint: 'The project goes on emptying it; ask again later.',
};
