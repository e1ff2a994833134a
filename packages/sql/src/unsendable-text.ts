import type { SqlRejection } from './sql-rejection.js';

// With the u flag a surrogate matches only where it stands alone.
const unsendable = /\0|\p{Surrogate}/u;

/** Whether text cannot reach PostgreSQL unchanged: a NUL, or half of a surrogate pair. */
export const hasUnsendableText = (text: string): boolean => unsendable.test(text);

/** The refusal of such text. */
export const unsendableText = (what: string): SqlRejection => ({
  kind: 'invalid-request',
  code: 'unsendable-text',
  message: `${what} holds a NUL or half of a surrogate pair, which PostgreSQL text cannot hold.`,
  hint: 'Send such data as bytes (a Uint8Array into a bytea column).',
});
