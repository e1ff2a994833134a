import type { RenderedStatement } from './sql-request.js';

/** Makes the one text column of an answer out of a JSON expression. */
export type AnswerEncoding = (json: string) => string;

/**
 * One select around a statement: Postgres itself makes the JSON text of the rows, so that no digit passes
 * through anybody's parser. A row of nulls, which the planner knows without running anything, tells names
 * (`row_to_json`) and types (`record_send`) even when there are no rows, on every version of PostgreSQL.
 */
export function wrapStatement({ text, answer, mainAt }: RenderedStatement, encode: AnswerEncoding): string {
  const opening = mainAt === 0 ? 'with' : `${text.slice(0, mainAt)},`;
  const returning = answer === 'count' ? '\nreturning 1 as changed' : '';
  // The line break ends a comment of the caller's.
  const rows = `${opening} hybrid_rows as (\n${text.slice(mainAt)}${returning}\n)\n`;
  return answer === 'count' ? rows + selectCount(encode) : rows + selectRows(encode);
}

const selectCount = (encode: AnswerEncoding): string =>
  `select ${encode(`json_build_object('count', (select count(*) from hybrid_rows))::text`)} as hybrid`;

const selectRows = (encode: AnswerEncoding): string =>
  `select ${encode(`json_build_object('names', row_to_json(e.*), 'types', t.types, 'rows', (select json_agg(hybrid_rows.*) from hybrid_rows))::text`)} as hybrid
from ${rowOfNulls} e
cross join lateral (select record_send(e.*) as sent) s
cross join lateral (${typesOfSent}) t`;

/** One row of nulls with the columns of `hybrid_rows`. */
export const rowOfNulls = '(select hybrid_rows.* from (values (1)) one(hybrid_one) left join hybrid_rows on false)';

/** The name of what the domain `u.own` stands on, through one other domain; null for all other types. A join would double the planning. */
export const baseOfDomain = `select format_type(coalesce((select dd.typbasetype from pg_catalog.pg_type dd where dd.oid = d.typbasetype and dd.typbasetype <> 0), d.typbasetype), null)
  from pg_catalog.pg_type d where d.oid = u.own and d.typbasetype <> 0`;

/**
 * Every type by its own name and, if it is a domain, by the name of what is under it, read from the binary
 * form of the row of nulls: four bytes, then eight for each column, of which the first four are the type's
 * oid. The planner takes an unnest for ten rows; anything it takes for more would wake up its JIT compiler.
 */
const typesOfSent = `select json_agg(json_build_array(format_type(u.own, null), (${baseOfDomain})) order by u.i) as types
from (select ('x' || h.hex)::bit(32)::int8::oid as own, h.i
  from unnest(string_to_array(regexp_replace(encode(substring(s.sent from 5), 'hex'), '(.{8}).{8}', E'\\\\1 ', 'g'), ' ')) with ordinality h(hex, i) where h.hex <> '') u`;
