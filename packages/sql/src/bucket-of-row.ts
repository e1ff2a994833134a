import type { Bucket, Row } from '@hybrid-supabase/core';

/** A bucket out of a row of `bucketColumns`; undefined when the row is not one. */
export function bucketOfRow(row: Row): Bucket | undefined {
  const { id, public: isPublic, file_size_limit: limit, allowed_mime_types: types, created_at: createdAt } = row;
  if (typeof id !== 'string' || typeof createdAt !== 'string') return undefined;
  return {
    id,
    public: isPublic === true,
    fileSizeLimit: typeof limit === 'bigint' ? Number(limit) : null,
    allowedMimeTypes: Array.isArray(types) ? types.map(String) : null,
    createdAt,
  };
}
