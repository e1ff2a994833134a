import { escapeIdentifier, type ClientBase } from 'pg';
import type { SqlFunction } from './find-function.js';

/** Calls a function with the members of a JSON object as named arguments; gives the answer's JSON text, or nothing for `void`. */
export async function callFunction(
  client: ClientBase,
  name: string,
  target: SqlFunction,
  given: readonly string[],
  body: string,
): Promise<string | undefined> {
  const result = await client.query<{ body: string | null }>(
    given.length === 0 ? selectOf(target, callOf(name, [])) : withArguments(target, name, given),
    // The text goes to the database as it came, so that no number loses digits on the way.
    given.length === 0 ? [] : [body],
  );
  return target.gives === 'nothing' ? undefined : (result.rows[0]?.body ?? 'null');
}

const callOf = (name: string, given: readonly string[]): string =>
  `public.${escapeIdentifier(name)}(${given.map((one) => `${escapeIdentifier(one)} := (select ${escapeIdentifier(one)} from arguments)`).join(', ')})`;

function withArguments(target: SqlFunction, name: string, given: readonly string[]): string {
  const columns = given.map((one) => `${escapeIdentifier(one)} ${target.types[target.names.indexOf(one)] ?? 'text'}`);
  return `with arguments as materialized (select * from json_to_record($1::json) as given(${columns.join(', ')})) ${selectOf(target, callOf(name, given))}`;
}

function selectOf({ gives, many }: SqlFunction, call: string): string {
  if (gives === 'nothing') return `select ${call}`;
  if (gives === 'row') {
    const rows = `(select * from ${call}) as one`;
    return many
      ? `select coalesce(json_agg(one), '[]')::text as body from ${rows}`
      : `select to_json(one)::text as body from ${rows}`;
  }
  return many
    ? `select coalesce(json_agg(value), '[]')::text as body from ${call} as given_back(value)`
    : `select to_json(${call})::text as body`;
}
