import type { InputOf, OutputOf } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { eachOf, membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

/** More than one batch of the server's own database statement is no gain. */
const batchSize = 500;

/** Removes in batches; the API is silent about keys that were not there, so its answer is compared with the question. */
export const removeFiles = async (
  { bucket, paths }: InputOf<'files.remove'>,
  attempt: Attempt,
): Promise<Result<OutputOf<'files.remove'>, Failure>> => {
  const wanted = [...new Set(paths)];
  const gone = new Set<string>();
  for (let from = 0; from < wanted.length; from += batchSize) {
    const batch = wanted.slice(from, from + batchSize);
    const names = await attempt.ask({
      send: ({ storage }) => storage.from(bucket).remove(batch),
      read: (data) => eachOf(data, (row) => textOf(membersOf(row)?.['name'])),
      explain: storageFailureOf,
    });
    if (names.isErr()) return err(from === 0 ? names.error : { ...names.error, effect: 'unknown' });
    for (const name of names.value) gone.add(name);
  }
  return ok({ removed: wanted.filter((path) => gone.has(path)), missing: wanted.filter((path) => !gone.has(path)) });
};
