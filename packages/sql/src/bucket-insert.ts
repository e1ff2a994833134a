import type { BucketId, BucketSettings, Statement } from '@hybrid-supabase/core';
import { sql } from './sql.js';

/** A row of storage.buckets in the form of a Bucket. */
export const bucketColumns = sql.raw(
  `id, public, file_size_limit, allowed_mime_types, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as created_at`,
);

/** The statement that creates a bucket. Its id and its name are the same, for the Storage API looks buckets up by id. */
export const bucketInsert = (input: BucketId & BucketSettings): Statement => {
  const { id, public: isPublic = false, fileSizeLimit = null, allowedMimeTypes = null } = input;
  return sql`insert into storage.buckets (id, name, public, file_size_limit, allowed_mime_types)
values (${id}, ${id}, ${isPublic}, ${fileSizeLimit}, ${allowedMimeTypes}) returning ${bucketColumns}`;
};
