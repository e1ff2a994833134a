import { err, ok, type Result } from 'neverthrow';
import { isPlainObject } from './is-plain-object.js';
import type { SqlRejection } from './sql-rejection.js';
import { timestampText } from './timestamp-text.js';
import { hasUnsendableText, unsendableText } from './unsendable-text.js';
import { unsendableValue } from './unsendable-value.js';

/** Deeper than any honest document; what lies in itself is deeper still. */
const maxDepth = 200;

/** A plain object as JSON text. Refuses what JSON.stringify would drop or change without a word. */
export function jsonText(value: unknown, depth = 0): Result<string, SqlRejection> {
  if (depth > maxDepth)
    return err(unsendableValue(`An object is nested more than ${maxDepth} deep, or in itself.`, 'Pass a tree.'));
  if (value === null || typeof value === 'boolean') return ok(String(value));
  if (typeof value === 'string') return textOf(value);
  if (typeof value === 'bigint') return ok(String(value));
  if (typeof value === 'number') return numberText(value);
  if (value instanceof Date) return timestampInJson(value);
  if (Array.isArray(value))
    return listText(
      Array.from<unknown>(value).map((item) => jsonText(item, depth + 1)),
      '[',
      ']',
    );
  if (isPlainObject(value))
    return listText(
      Object.entries(value).map(([key, item]) => memberText(key, item, depth)),
      '{',
      '}',
    );
  return err(
    unsendableValue(
      'An object holds something that JSON cannot hold.',
      'Use null, booleans, numbers, text, dates, arrays and plain objects.',
    ),
  );
}

const textOf = (text: string): Result<string, SqlRejection> =>
  hasUnsendableText(text) ? err(unsendableText('A text in an object')) : ok(JSON.stringify(text));

function numberText(value: number): Result<string, SqlRejection> {
  if (!Number.isFinite(value))
    return err(
      unsendableValue('An object holds NaN or an infinity, which JSON cannot hold.', 'Use null or text for it.'),
    );
  return ok(Object.is(value, -0) ? '-0' : String(value));
}

const timestampInJson = (date: Date): Result<string, SqlRejection> =>
  timestampText(date).map(() => JSON.stringify(date.toISOString()));

const memberText = (key: string, value: unknown, depth: number): Result<string, SqlRejection> =>
  textOf(key).andThen((name) => jsonText(value, depth + 1).map((text) => `${name}:${text}`));

function listText(
  parts: readonly Result<string, SqlRejection>[],
  open: string,
  close: string,
): Result<string, SqlRejection> {
  const texts: string[] = [];
  for (const part of parts) {
    if (part.isErr()) return part;
    texts.push(part.value);
  }
  return ok(open + texts.join(',') + close);
}
