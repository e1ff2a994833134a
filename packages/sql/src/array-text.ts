import { err, ok, type Result } from 'neverthrow';
import type { SqlRejection } from './sql-rejection.js';
import { unsendableValue } from './unsendable-value.js';

type TextOf = (value: unknown) => Result<string | null, SqlRejection>;

/** PostgreSQL's own limit. */
const maxDimensions = 6;

/** An array as PostgreSQL array text, every element quoted, so that no element can be read as syntax. */
export function arrayText(array: readonly unknown[], textOf: TextOf): Result<string, SqlRejection> {
  return dimensionsOf(array, 1).andThen(() => nested(array, textOf));
}

function nested(array: readonly unknown[], textOf: TextOf): Result<string, SqlRejection> {
  const parts: string[] = [];
  for (const element of array) {
    const part = Array.isArray(element) ? nested(element, textOf) : textOf(element).map(quoted);
    if (part.isErr()) return part;
    parts.push(part.value);
  }
  return ok(`{${parts.join(',')}}`);
}

const quoted = (text: string | null): string => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`);

function dimensionsOf(array: readonly unknown[], depth: number): Result<readonly number[], SqlRejection> {
  if (depth > maxDimensions)
    return err(unsendableValue(`An array is nested more than ${maxDimensions} deep, or in itself.`, shape));
  const lengths: string[] = [];
  let first: readonly number[] = [];
  for (let at = 0; at < array.length; at += 1) {
    if (!(at in array)) return err(unsendableValue('An array has holes.', 'Use null for what is not there.'));
    const element = array[at];
    const inner: Result<readonly number[], SqlRejection> = Array.isArray(element)
      ? dimensionsOf(element, depth + 1)
      : ok([]);
    if (inner.isErr()) return inner;
    if (Array.isArray(element) && element.length === 0) return err(unsendableValue('A nested array is empty.', shape));
    first = inner.value;
    lengths.push(first.join());
  }
  if (new Set(lengths).size > 1) return err(unsendableValue('The parts of a nested array differ in shape.', shape));
  return ok([array.length, ...first]);
}

const shape = 'PostgreSQL arrays are rectangular; for anything else pass JSON.stringify(value) and cast it to jsonb.';
