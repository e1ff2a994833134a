import type { Bucket } from '@hybrid-supabase/core';
import { eachOf, instantOf, membersOf, numberOf, textOf } from './read-value.js';

/** Reads one bucket. */
export const bucketOf = (value: unknown): Bucket | undefined => {
  const members = membersOf(value);
  const id = textOf(members?.['id']);
  const isPublic = members?.['public'];
  const createdAt = instantOf(members?.['created_at']);
  if (id === undefined || typeof isPublic !== 'boolean' || createdAt === undefined) return undefined;
  const types = members?.['allowed_mime_types'] ?? null;
  const allowedMimeTypes = types === null ? null : eachOf(types, textOf);
  if (allowedMimeTypes === undefined) return undefined;
  return {
    id,
    public: isPublic,
    fileSizeLimit: numberOf(members?.['file_size_limit']) ?? null,
    allowedMimeTypes,
    createdAt,
  };
};
