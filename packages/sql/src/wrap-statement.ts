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
from (select hybrid_rows.* from (values (1)) one(hybrid_one) left join hybrid_rows on false) e
cross join lateral (select record_send(e.*) as sent) s
cross join lateral (${typesOfSent}) t`;

/**
 * Every type by its own name and by the name of what it is under its domains, read from the binary form of
 * the row of nulls: four bytes, then eight for each column, of which the first four are the type's oid.
 */
const typesOfSent = `with recursive k(i, step, own, base) as (
  select c.i, 0, c.own, c.own from (select i, ('x' || encode(substring(s.sent from 5 + 8 * i for 4), 'hex'))::bit(32)::int8::oid as own
    from generate_series(0, (length(s.sent) - 4) / 8 - 1) i) c
  union all
  select k.i, k.step + 1, k.own, n.base from k cross join lateral (
    select d.typbasetype from pg_catalog.pg_type d where d.oid = k.base and d.typtype = 'd'
    union all
    select b.typarray from pg_catalog.pg_type a join pg_catalog.pg_type d on d.oid = a.typelem and d.typtype = 'd'
      join pg_catalog.pg_type b on b.oid = d.typbasetype where a.oid = k.base and a.typcategory = 'A') n(base))
select json_agg(json_build_array(format_type(u.own, null), format_type(u.base, null)) order by u.i) as types
from (select distinct on (k.i) k.i, k.own, k.base from k order by k.i, k.step desc) u`;
