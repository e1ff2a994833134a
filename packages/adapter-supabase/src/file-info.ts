import type { FileInfo, ListedFile, ObjectKey } from '@hybrid-supabase/core';
import { instantOf, jsonOf, membersOf, numberOf, textOf, type Members } from './read-value.js';
import type { Exchange } from './wire.js';

/**
 * Reads what is known of an object. The client camel-cases the caller's own metadata, so the body on the wire
 * is preferred to what the client made of it.
 */
export const fileInfoOf =
  ({ bucket, path }: ObjectKey) =>
  (data: unknown, exchange: Exchange): FileInfo | undefined => {
    const members = membersOf(jsonOf(exchange.body)) ?? membersOf(data);
    if (members === undefined) return undefined;
    const id = textOf(members['id']);
    const sizeBytes = members['size'] === null ? unrecordedBytes : numberOf(members['size']);
    const createdAt = instantOf(either(members, 'created_at', 'createdAt'));
    if (id === undefined || sizeBytes === undefined || createdAt === undefined) return undefined;
    return {
      bucket,
      path,
      id,
      sizeBytes,
      contentType: textOf(either(members, 'content_type', 'contentType')) ?? 'application/octet-stream',
      etag: textOf(members['etag']) ?? '',
      createdAt,
      updatedAt: instantOf(either(members, 'last_modified', 'lastModified')) ?? createdAt,
      metadata: membersOf(members['metadata']) ?? {},
    };
  };

/** The size of an object of which the project holds a row and nothing about its bytes: an old one, or one that SQL wrote. */
const unrecordedBytes = 0;

/** Reads one object of a list page. */
export const listedFileOf =
  (bucket: string) =>
  (item: unknown): ListedFile | undefined => {
    const members = membersOf(item);
    const path = textOf(members?.['name']);
    const id = textOf(members?.['id']);
    const updatedAt = instantOf(members?.['updated_at']);
    const stored = members?.['metadata'] === null ? {} : membersOf(members?.['metadata']);
    const sizeBytes = numberOf(stored?.['size'] ?? stored?.['contentLength'] ?? unrecordedBytes);
    if (path === undefined || id === undefined || updatedAt === undefined) return undefined;
    if (stored === undefined || sizeBytes === undefined) return undefined;
    const contentType = textOf(stored['mimetype']) ?? 'application/octet-stream';
    return { bucket, path, id, sizeBytes, contentType, etag: textOf(stored['eTag']) ?? '', updatedAt };
  };

const either = (members: Members, wired: string, camelCased: string): unknown => members[wired] ?? members[camelCased];
