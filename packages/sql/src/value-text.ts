import { err, ok, type Result } from 'neverthrow';
import { arrayText } from './array-text.js';
import { isPlainObject } from './is-plain-object.js';
import { jsonText } from './json-text.js';
import type { SqlRejection } from './sql-rejection.js';
import { timestampText } from './timestamp-text.js';
import { hasUnsendableText, unsendableText } from './unsendable-text.js';
import { unsendableValue } from './unsendable-value.js';

/** The text that PostgreSQL reads as the value, exactly as a driver would bind it; null is SQL null. */
export function valueText(value: unknown): Result<string | null, SqlRejection> {
  if (value === null) return ok(null);
  if (typeof value === 'string') return hasUnsendableText(value) ? err(unsendableText('A value')) : ok(value);
  if (typeof value === 'number') return ok(Object.is(value, -0) ? '-0' : String(value));
  if (typeof value === 'bigint' || typeof value === 'boolean') return ok(String(value));
  if (value instanceof Date) return timestampText(value);
  if (value instanceof Uint8Array) return ok(`\\x${Buffer.from(value).toString('hex')}`);
  if (Array.isArray(value)) return arrayText(value, valueText);
  if (isPlainObject(value)) return jsonText(value);
  return err(
    unsendableValue(
      `A value is ${typeof value === 'object' ? 'an instance of a class' : typeof value}, which has no meaning as SQL data.`,
      'Give null, a boolean, number, bigint, string, Date, Uint8Array, array or plain object.',
    ),
  );
}
