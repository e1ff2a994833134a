import { ExactNumber, ExactObject, UnreadableAnswer, type ExactJson } from './exact-json.js';
import { numberOrText } from './number-or-text.js';

type Decode = (value: Exclude<ExactJson, null>) => unknown;

/** A decoder for a column, chosen by the column's type alone, so that a type has one form in all rows. */
export function decoderOf(type: string): (value: ExactJson) => unknown {
  const element = type.replace(/(\[\])+$/, '');
  const decode = decoders[element] ?? decodeAsWritten;
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

const numberText = (value: ExactJson): string => {
  if (value instanceof ExactNumber) return value.text;
  throw new UnreadableAnswer('no number');
};

/** PostgreSQL writes what JSON cannot hold (NaN, Infinity, -Infinity) as text. */
const floatText = (value: ExactJson): string => (typeof value === 'string' ? value : numberText(value));

const toNumber: Decode = (value) => Number(numberText(value));
const toFloat: Decode = (value) => Number(floatText(value));

const decoders: Readonly<Record<string, Decode>> = {
  smallint: toNumber,
  integer: toNumber,
  bigint: (value) => BigInt(numberText(value)),
  numeric: floatText,
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
