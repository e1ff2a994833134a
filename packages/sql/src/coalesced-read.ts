import type { LayerError } from '@hybrid-supabase/core';
import { err, Result } from 'neverthrow';
import { decodeResults, unreadable } from './decode-answer.js';
import type { ReadRequest, RenderedStatement } from './sql-request.js';
import { baseOfDomain, rowOfNulls, rowsAsJson, typesOfNulls } from './wrap-statement.js';

/**
 * Several reads as one: a select of one array with each read's answer as text, and the names of all their types.
 * So it is a read like any other, on every layer, in one read-only transaction.
 */
export const coalescedRead = (reads: readonly ReadRequest[], statementTimeoutMs: number): ReadRequest => ({
  ...reads[0],
  kind: 'read',
  statement: {
    text: `with hybrid_whole as materialized (select array[\n${reads.map(({ statement }) => answerOf(statement)).join(',\n')}\n]::text[] as answers)
select answers, (${typesOfAll}) as types from hybrid_whole`,
    answer: 'rows',
    mainAt: 0,
  },
  statementTimeoutMs,
});

/** The types in binary form, a space, and names and rows as JSON: naming the types of each read would be most of its planning. */
const answerOf = ({ text }: RenderedStatement): string =>
  `(with hybrid_rows as (\n${text}\n)
select ${typesOfNulls} || ' ' || pg_catalog.json_build_object('names', pg_catalog.row_to_json(e.*), 'rows', ${rowsAsJson})::text
from ${rowOfNulls} e)`;

/** A column is eight hexadecimal digits of its type's oid, and eight of its length. */
const typesOfAll = `select pg_catalog.json_object_agg(u.hex, pg_catalog.json_build_array(pg_catalog.format_type(u.own, null), (${baseOfDomain})))::text
from (select distinct m.part[1] as hex, ('x' || m.part[1])::bit(32)::int8::oid as own
  from pg_catalog.unnest(answers) a(answer), pg_catalog.regexp_matches(pg_catalog.split_part(a.answer, ' ', 1), '(.{8}).{8}', 'g') m(part)) u`;

/** The answers of the reads, each as it would have come alone. */
export const separateAnswers = (layer: string, answer: string, count: number): Result<readonly string[], LayerError> =>
  decodeResults(layer, answer).andThen(([result]) => {
    const { answers, types } = result?.rows[0] ?? {};
    if (!Array.isArray(answers) || answers.length !== count) return err(unreadable(layer));
    return typesIn(typeof types === 'string' ? types : '{}')
      .map((known) => answers.map((text) => separateAnswer(String(text), known)))
      .mapErr(() => unreadable(layer));
  });

const typesIn = Result.fromThrowable((text: string) => new Map(Object.entries<unknown>(JSON.parse(text))));

const separateAnswer = (text: string, known: ReadonlyMap<string, unknown>): string => {
  const space = text.indexOf(' ');
  const own = [...text.slice(0, space).matchAll(/(.{8}).{8}/g)].map(([, hex = '']) => known.get(hex) ?? null);
  const json = text.slice(space + 1);
  return Buffer.from(`[{"types":${JSON.stringify(own)},${json.slice(json.indexOf('{') + 1)}]`).toString('base64');
};
