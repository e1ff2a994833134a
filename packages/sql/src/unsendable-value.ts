import type { SqlRejection } from './sql-rejection.js';

/** The refusal of a value that has no single meaning as SQL data. */
export const unsendableValue = (message: string, hint: string): SqlRejection => ({
  kind: 'invalid-request',
  code: 'unsendable-value',
  message,
  hint,
});
