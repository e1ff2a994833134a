import { firstUnknownVersion } from './builtin-types.js';
import { limitedText } from './limited-text.js';
import type { RenderedStatement } from './sql-request.js';

/** Makes the one text column of an answer out of a JSON expression. */
export type AnswerEncoding = (json: string) => string;

/** How a statement is wrapped. */
export interface WrapOptions {
  readonly encode: AnswerEncoding;
  /** A larger answer fails, so that it never leaves the database and no write of it stays. */
  readonly maxResultBytes: number;
}

/**
 * One select around a statement: Postgres itself makes the JSON text of the rows, so that no digit passes
 * through anybody's parser. A row of nulls, which the planner knows without running anything, tells names
 * (`row_to_json`) and types (`record_send`) even when there are no rows, on every version of PostgreSQL.
 */
export function wrapStatement({ text, answer, mainAt }: RenderedStatement, options: WrapOptions): string {
  const opening = mainAt === 0 ? 'with' : `${text.slice(0, mainAt)},`;
  const returning = answer === 'count' ? '\nreturning 1 as changed' : '';
  // The line break ends a comment of the caller's.
  const rows = `${opening} hybrid_rows as (\n${text.slice(mainAt)}${returning}\n)\n`;
  return answer === 'count' ? rows + selectCount(options) : rows + selectRows(options);
}

const selectCount = ({ encode }: WrapOptions): string =>
  `select ${encode(`json_build_object('count', (select count(*) from hybrid_rows))::text`)} as hybrid`;

// Without the offset each use of the text would build it again.
const selectRows = ({ encode, maxResultBytes }: WrapOptions): string =>
  `select ${limitedText('a.json', maxResultBytes, encode('a.json'))} as hybrid
from (select json_build_object('names', row_to_json(e.*), 'types', ${typesOfNulls}, 'others', ${otherTypes}, 'rows', (select json_agg(hybrid_rows.*) from hybrid_rows))::text as json
from ${rowOfNulls} e offset 0) a`;

/** One row of nulls with the columns of `hybrid_rows`. */
export const rowOfNulls = '(select hybrid_rows.* from (select) one left join hybrid_rows on false)';

/** The types of the row of nulls `e`, in hexadecimal: eight digits of a type's number and eight of no length for each column. */
export const typesOfNulls = `encode(substring(record_send(e.*) from 5), 'hex')`;

/** The name of what the domain `u.own` stands on, through one other domain; null for all other types. A join would double the planning. */
export const baseOfDomain = `select format_type(coalesce((select dd.typbasetype from pg_catalog.pg_type dd where dd.oid = d.typbasetype and dd.typbasetype <> 0), d.typbasetype), null)
  from pg_catalog.pg_type d where d.oid = u.own and d.typbasetype <> 0`;

/**
 * The types that are not built in: number, own name, and the name of what is under a domain. Looking them up costs
 * more than many a statement, even in a plan that never does it; a text for `ts_stat` is planned when it is called.
 */
const otherTypes = `case when current_setting('server_version_num') >= '${firstUnknownVersion}' or ${typesOfNulls} !~ '^(0000[01].{3}f{8})*$' then
  (select json_agg(word::json) from ts_stat($hybrid$select array_to_tsvector(array_agg(json_build_array(u.hex, format_type(u.own, null), (${baseOfDomain}))::text))
from (select distinct m.part[1] as hex, ('x' || m.part[1])::bit(32)::int8::oid as own from regexp_matches('$hybrid$ || ${typesOfNulls} || $hybrid$', '(.{8})f{8}', 'g') m(part)) u$hybrid$)) end`;
