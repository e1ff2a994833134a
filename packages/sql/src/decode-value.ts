import type { DecodeOptions } from '@hybrid-supabase/core';
import { ExactNumber, ExactObject, UnreadableAnswer, type ExactJson } from './exact-json.js';
import { numberOrText } from './number-or-text.js';

type Decode = (value: Exclude<ExactJson, null>) => unknown;

/** A decoder for a column, chosen by the column's type alone, so that a type has one form in all rows. */
export function decoderOf(type: string, options: DecodeOptions = {}): (value: ExactJson) => unknown {
  const element = type.replace(/(\[\])+$/, '');
  const decode = chosenDecoder(element, options) ?? decoders[element] ?? decodeAsWritten;
  return element === type ? orNull(decode) : orNull((value) => decodeList(value, decode));
}

const orNull =
  (decode: Decode) =>
  (value: ExactJson): unknown =>
    value === null ? null : decode(value);

function decodeList(value: ExactJson, decode: Decode): unknown {
  if (!Array.isArray(value)) throw new UnreadableAnswer('no array');
  return value.map((item: ExactJson) =>
    item === null ? null : Array.isArray(item) ? decodeList(item, decode) : decode(item),
  );
}

function integerText(value: ExactJson): string {
  if (value instanceof ExactNumber && /^-?\d+$/.test(value.text)) return value.text;
  throw new UnreadableAnswer('no integer');
}

/** PostgreSQL writes what JSON cannot hold as text. */
function numberText(value: ExactJson): string {
  if (value instanceof ExactNumber) return value.text;
  if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return value;
  throw new UnreadableAnswer('no number');
}

const toInteger: Decode = (value) => Number(integerText(value));
const toFloat: Decode = (value) => Number(numberText(value));

/** The decoder of a type whose form the caller may choose. */
const chosenDecoder = (type: string, { int8 = 'bigint', numeric = 'text' }: DecodeOptions): Decode | undefined => {
  if (type === 'bigint') return int8Decoders[int8];
  return type === 'numeric' && numeric === 'number' ? toFloat : undefined;
};

const int8Decoders: Readonly<Record<NonNullable<DecodeOptions['int8']>, Decode>> = {
  bigint: (value) => BigInt(integerText(value)),
  number: toInteger,
  text: integerText,
};

const decoders: Readonly<Record<string, Decode>> = {
  smallint: toInteger,
  integer: toInteger,
  numeric: numberText,
  real: toFloat,
  'double precision': toFloat,
  boolean: (value) => {
    if (typeof value !== 'boolean') throw new UnreadableAnswer('no boolean');
    return value;
  },
  // A document may be an array itself, so an array of documents needs no rule of its own.
  json: (value) => plainValue(value),
  jsonb: (value) => plainValue(value),
};

/** Text stays text; composite types come as objects, by the rule for documents. */
const decodeAsWritten: Decode = (value) => plainValue(value);

/** A document as plain JavaScript: a number is a number where that keeps its value, else its digits as text. */
function plainValue(value: ExactJson): unknown {
  if (value instanceof ExactNumber) return numberOrText(value.text);
  if (value instanceof ExactObject)
    return Object.fromEntries(value.members.map(([name, item]) => [name, plainValue(item)]));
  return Array.isArray(value) ? value.map(plainValue) : value;
}
