import { z } from 'zod';
import { StorageFailure } from './storage-failure.js';

const schema = z.object({
  last: z.string(),
  order: z.enum(['asc', 'desc']),
  column: z.enum(['name', 'created_at', 'updated_at']),
  /** Postgres' own text of the last entry's time, so that no digit is lost. */
  time: z.string().regex(/^[-+:. \d]{1,40}$|^-?infinity$/),
});

/** Where the page before ended, and in which order it went. */
export type ListCursor = z.infer<typeof schema>;

/** Opaque text for the client. */
export function cursorText(cursor: ListCursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64');
}

/** Reads a cursor back, or fails. */
export function cursorFrom(text: string): ListCursor {
  try {
    return schema.parse(JSON.parse(Buffer.from(text, 'base64').toString('utf8')));
  } catch {
    throw new StorageFailure('InvalidParameter', 'Invalid cursor: start again without one');
  }
}
