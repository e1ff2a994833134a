import type { SqlValue, Statement } from '@hybrid-supabase/core';
import { quoteIdentifier } from './quote-identifier.js';
import { isName } from './is-name.js';

/** A piece of SQL to put into another; it has the form of a Statement, so Statements nest as well. */
export interface SqlFragment extends Statement {
  readonly [fragment]: Pieces;
}
interface Pieces {
  readonly strings: readonly string[];
  readonly parts: readonly (SqlValue | SqlFragment)[];
}
// Registered, so that pieces made by another copy of this package nest too.
const fragment = Symbol.for('@hybrid-supabase/sql/fragment');

/** The tag, and the pieces that are not values. */
export interface SqlTag {
  /** Every `${value}` becomes a parameter; every `${sql`…`}` becomes part of the text. Throws on an escape that JavaScript does not know. */
  (strings: TemplateStringsArray, ...values: readonly (SqlValue | SqlFragment)[]): SqlFragment;
  /** Names joined by dots, each quoted: `sql.identifier('storage', 'objects')`. Throws on a name that PostgreSQL would not take as it is: empty, longer than 63 bytes, or with a NUL. */
  identifier(...names: readonly [string, ...string[]]): SqlFragment;
  /** SQL as it stands, unchecked: whoever controls this text controls the statement. */
  raw(text: string): SqlFragment;
  /** Values or pieces with a separator between them: `where id in (${sql.join(ids)})`. */
  join(parts: readonly (SqlValue | SqlFragment)[], separator?: string): SqlFragment;
}

const isFragment = (part: SqlValue | SqlFragment): part is SqlFragment =>
  typeof part === 'object' && part !== null && fragment in part;

function piece(strings: readonly string[], parts: readonly (SqlValue | SqlFragment)[]): SqlFragment {
  const values: SqlValue[] = [];
  return { text: textOf({ strings, parts }, values), values, [fragment]: { strings, parts } };
}

/** Parameters are numbered over the whole statement, so a nested piece goes on from where the outer one is. */
const textOf = ({ strings, parts }: Pieces, values: SqlValue[]): string =>
  parts.reduce<string>((text, part, at) => text + partText(part, values) + (strings[at + 1] ?? ''), strings[0] ?? '');

const partText = (part: SqlValue | SqlFragment, values: SqlValue[]): string =>
  isFragment(part) ? textOf(part[fragment], values) : `$${values.push(part)}`;

const checkedName = (name: string): string => {
  if (!isName(name)) throw new TypeError('sql.identifier: a name is empty, longer than 63 bytes, or holds a NUL');
  return quoteIdentifier(name);
};

/** JavaScript has no text for a part of a template whose escape it does not know. */
const checkedText = (text: string | undefined): string => {
  if (text === undefined) throw new TypeError('sql: a backslash begins no escape that JavaScript knows; double it');
  return text;
};

/** Makes statements: `sql\`select * from t where id = ${id}\``. Values are parameters and can never become SQL. */
export const sql: SqlTag = Object.assign(
  (strings: TemplateStringsArray, ...values: readonly (SqlValue | SqlFragment)[]) =>
    piece(strings.map(checkedText), values),
  {
    identifier: (...names: readonly [string, ...string[]]) => piece([names.map(checkedName).join('.')], []),
    raw: (text: string) => piece([text], []),
    join: (parts: readonly (SqlValue | SqlFragment)[], separator = ', ') =>
      parts.length === 0 ? piece([''], []) : piece(['', ...parts.slice(1).map(() => separator), ''], parts),
  },
);
