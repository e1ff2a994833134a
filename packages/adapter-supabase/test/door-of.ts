import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { HybridError, HybridResult, LayerResult, OperationName } from '@hybrid-supabase/core';
import { ResultAsync } from 'neverthrow';
import type { FilesDoor, IdDoor, SupabaseLayer } from '../src/index.js';

const throughDoor = <T>(operation: OperationName, answer: LayerResult<T>): HybridResult<T> =>
  new ResultAsync(answer)
    .map((data) => ({ data, layer: 'supabase', trail: [] }))
    .mapErr(({ layer, ...error }): HybridError => ({ ...error, operation, layer, trail: [] }));

/** A door with one layer and one attempt, of the shape of `hybrid.files`. */
export const doorOf = ({ ports: { files } }: SupabaseLayer): FilesDoor => {
  const callOf = (options?: { readonly signal?: AbortSignal }) =>
    createTestCall({ ...(options?.signal && { signal: options.signal }) });
  return {
    upload: (input, options) => throughDoor('files.upload', files.upload(input, callOf(options))),
    download: (input, options) => throughDoor('files.download', files.download(input, callOf(options))),
    list: (input, options) => throughDoor('files.list', files.list(input, callOf(options))),
    remove: (input, options) => throughDoor('files.remove', files.remove(input, callOf(options))),
  };
};

/** The same with its SQL. */
export const sqlDoorOf = ({ ports: { sql } }: SupabaseLayer): IdDoor['sql'] => ({
  read: (input) => throughDoor('sql.read', sql.read(input, createTestCall())),
});
