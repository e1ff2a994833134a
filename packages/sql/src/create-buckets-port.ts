import {
  layerError,
  type Bucket,
  type BucketsPort,
  type LayerError,
  type Row,
  type SqlPort,
  type SqlResult,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bucketColumns, bucketInsert } from './bucket-insert.js';
import { bucketOfRow } from './bucket-of-row.js';
import { checkBucket } from './check-bucket.js';
import { sql as statement } from './sql.js';
import { rejectionError } from './sql-rejection.js';

/** What a port made of SQL stands on. */
export interface PortFromSql {
  readonly sql: SqlPort;
  /** The layer's name, for errors. */
  readonly layer: string;
}

/**
 * Buckets from SQL alone. `empty` and `delete` are not here: they must remove bytes, which SQL cannot. The
 * key of a call goes to the ledger, so a keyed create takes effect once.
 */
export function createBucketsPort({
  sql,
  layer,
}: PortFromSql): Pick<BucketsPort, 'list' | 'get' | 'create' | 'update'> {
  const one = (result: Result<SqlResult, LayerError>): Result<Bucket, LayerError> =>
    result.andThen(({ rows: [row] }) => (row === undefined ? err(notFound(layer)) : readable(layer, row)));

  return {
    list: async (_input, call) => {
      const found = await sql.read(
        statement`select ${bucketColumns} from storage.buckets order by id collate "C"`,
        call,
      );
      return found.andThen(({ rows }) => allBuckets(layer, rows));
    },
    get: async ({ id }, call) =>
      one(await sql.read(statement`select ${bucketColumns} from storage.buckets where id = ${id}`, call)),
    create: async (input, call) => {
      const refused = checkBucket(input);
      if (refused !== undefined) return err(rejectionError(layer, refused));
      const inserted = await sql.write(bucketInsert(input), call);
      // A trigger may have taken the row and done something else instead.
      const made = inserted.andThen(({ rows: [row] }) =>
        row === undefined ? err(noRow(layer)) : readable(layer, row),
      );
      return made.mapErr((error) => (error.sqlState === '23505' ? taken(error) : error));
    },
    update: async (input, call) => {
      const refused = checkBucket(input);
      if (refused !== undefined) return err(rejectionError(layer, refused));
      const update = statement`update storage.buckets set ${statement.join(changesOf(input))} where id = ${input.id} returning ${bucketColumns}`;
      return one(await sql.write(update, call));
    },
  };
}

const changesOf = ({ public: isPublic, fileSizeLimit, allowedMimeTypes }: Parameters<BucketsPort['update']>[0]) => [
  statement`updated_at = now()`,
  ...(isPublic === undefined ? [] : [statement`public = ${isPublic}`]),
  ...(fileSizeLimit === undefined ? [] : [statement`file_size_limit = ${fileSizeLimit}`]),
  ...(allowedMimeTypes === undefined ? [] : [statement`allowed_mime_types = ${allowedMimeTypes}`]),
];

function allBuckets(layer: string, rows: readonly Row[]): Result<readonly Bucket[], LayerError> {
  const buckets: Bucket[] = [];
  for (const row of rows) {
    const bucket = readable(layer, row);
    if (bucket.isErr()) return err(bucket.error);
    buckets.push(bucket.value);
  }
  return ok(buckets);
}

function readable(layer: string, row: Row): Result<Bucket, LayerError> {
  const bucket = bucketOfRow(row);
  return bucket === undefined ? err(unreadable(layer)) : ok(bucket);
}

const taken = (error: LayerError): LayerError =>
  layerError({
    ...error,
    code: 'BucketAlreadyExists',
    message: 'A bucket with this id exists.',
    hint: 'Use another id, or update the bucket.',
  });

const notFound = (layer: string): LayerError =>
  layerError({
    kind: 'not-found',
    layer,
    effect: 'none',
    code: 'NoSuchBucket',
    message: 'There is no such bucket, or this authority may not see it.',
    hint: 'Check the id of the bucket.',
  });

const noRow = (layer: string): LayerError =>
  layerError({
    ...unreadable(layer),
    message: 'The new bucket was not given back, so nobody can say whether it is there.',
    hint: 'Look whether the bucket is there; a trigger on storage.buckets may have taken it.',
  });

const unreadable = (layer: string): LayerError =>
  layerError({
    kind: 'invalid-reply',
    layer,
    effect: 'unknown',
    code: 'unreadable-answer',
    message: 'storage.buckets does not have the columns of the Storage API.',
    hint: 'Check that the storage schema is the one of Supabase.',
  });
