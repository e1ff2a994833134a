import { limitedText } from './limited-text.js';
import type { RenderedStatement } from './sql-request.js';

/** Makes the one text column of an answer out of a JSON expression. */
export type AnswerEncoding = (json: string) => string;

/** How a statement is wrapped. */
export interface WrapOptions {
  readonly encode: AnswerEncoding;
  /** A larger answer fails, so that it never leaves the database and no write of it stays. Without it whoever runs the text counts. */
  readonly maxResultBytes?: number;
}

/**
 * One select around a statement: Postgres itself makes the JSON text of the rows, so that no digit passes
 * through anybody's parser. A row of nulls, which the planner knows without running anything, tells names
 * (`row_to_json`) and types (`record_send`) even when there are no rows, on every version of PostgreSQL.
 * Functions are named with their schema: the caller's path may hold one that fits a row better.
 */
export function wrapStatement({ text, answer, mainAt }: RenderedStatement, options: WrapOptions): string {
  const opening = mainAt === 0 ? 'with' : `${text.slice(0, mainAt)},`;
  const returning = answer === 'count' ? '\nreturning 1 as changed' : '';
  // The line break ends a comment of the caller's.
  const rows = `${opening} hybrid_rows as (\n${text.slice(mainAt)}${returning}\n)\n`;
  return answer === 'count' ? rows + selectCount(options) : rows + selectRows(options);
}

const selectCount = ({ encode }: WrapOptions): string =>
  `select ${encode(`pg_catalog.json_build_object('count', (select pg_catalog.count(*) from hybrid_rows))::text`)} as hybrid`;

const selectRows = ({ encode, maxResultBytes }: WrapOptions): string =>
  maxResultBytes === undefined
    ? `select ${encode(answerText)} as hybrid\nfrom ${rowOfNulls} e`
    : // Without the offset each use of the text would build it again.
      `select ${limitedText('a.json', maxResultBytes, encode('a.json'))} as hybrid
from (select ${answerText} as json from ${rowOfNulls} e offset 0) a`;

/** One row of nulls with the columns of `hybrid_rows`. */
export const rowOfNulls = '(select hybrid_rows.* from (select) one left join hybrid_rows on false)';

/** The types of the row of nulls `e`, in hexadecimal: eight digits of a type's number and eight of no length for each column. */
export const typesOfNulls = `pg_catalog.encode(pg_catalog.substring(pg_catalog.record_send(e.*), 5), 'hex')`;

/** All rows of `hybrid_rows` as JSON. */
export const rowsAsJson = '(select pg_catalog.json_agg(hybrid_rows.*) from hybrid_rows)';

/** The name of what the domain `u.own` stands on, through one other domain; null for all other types. A join would double the planning. */
export const baseOfDomain = `select pg_catalog.format_type(coalesce((select dd.typbasetype from pg_catalog.pg_type dd where dd.oid = d.typbasetype and dd.typbasetype <> 0), d.typbasetype), null)
  from pg_catalog.pg_type d where d.oid = u.own and d.typbasetype <> 0`;

/**
 * The types that are not built in: number, own name, and the name of what is under a domain; in hexadecimal, between
 * tags. Looking them up costs more than many a statement, even in a plan that never does it; a query that is an
 * argument is planned when it is called.
 */
const otherTypes = `case when ${typesOfNulls} !~ '^(0000[01].{3}f{8})*$' then
  pg_catalog.query_to_xml($hybrid$select pg_catalog.encode(pg_catalog.convert_to(pg_catalog.json_agg(pg_catalog.json_build_array(u.hex, pg_catalog.format_type(u.own, null), (${baseOfDomain})))::text, 'UTF8'), 'hex') as types
from (select distinct m.part[1] as hex, ('x' || m.part[1])::bit(32)::int8::oid as own from pg_catalog.regexp_matches('$hybrid$ || ${typesOfNulls} || $hybrid$', '(.{8})f{8}', 'g') m(part)) u$hybrid$, false, true, '')::text end`;

const answerText = `pg_catalog.json_build_object('names', pg_catalog.row_to_json(e.*), 'types', ${typesOfNulls}, 'others', ${otherTypes}, 'rows', ${rowsAsJson})::text`;
