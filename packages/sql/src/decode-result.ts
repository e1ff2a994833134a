import type { Column, DecodeOptions, Row, SqlResult } from '@hybrid-supabase/core';
import { builtinTypeName } from './builtin-types.js';
import { decoderOf } from './decode-value.js';
import { ExactNumber, ExactObject, parseExactJson, UnreadableAnswer, type ExactJson } from './exact-json.js';

/** One statement's answer (`{names, types, rows}` or `{count}`) as a result. Throws UnreadableAnswer. */
export function decodeResult(json: ExactJson, decode: DecodeOptions = {}): SqlResult {
  if (!(json instanceof ExactObject)) throw new UnreadableAnswer('no result');
  const members = new Map(json.members);
  const count = members.get('count');
  if (count === null) return { columns: [], rows: [], rowCount: null };
  if (count instanceof ExactNumber) return { columns: [], rows: [], rowCount: Number(count.text) };
  const names = namesOf(members.get('names'));
  const types = typesOf(members, names.length);
  const rows = rowsOf(members.get('rows'), names, types, decode);
  return { columns: columnsOf(types, names), rows, rowCount: rows.length };
}

const entriesOf = (json: ExactJson | undefined): ExactObject['members'] => {
  if (json instanceof ExactObject) return json.members;
  throw new UnreadableAnswer('no row');
};

const listOf = (json: ExactJson | undefined): readonly ExactJson[] => {
  if (json === null) return [];
  if (Array.isArray(json)) return json;
  throw new UnreadableAnswer('no list');
};

/** A name that is taken gets the first free of `_2`, `_3`, …. */
function namesOf(json: ExactJson | undefined): readonly string[] {
  const taken = new Set<string>();
  return entriesOf(json).map(([name]) => {
    let free = name;
    for (let number = 2; taken.has(free); number += 1) free = `${name}_${number}`;
    taken.add(free);
    return free;
  });
}

type TypeNames = readonly [own: string, base: string];

/** Own name of each column's type, and of what it is read as: a domain is read as what it stands on. */
function typesOf(members: ReadonlyMap<string, ExactJson>, count: number): readonly TypeNames[] {
  const sent = members.get('types');
  if (typeof sent === 'string') return typesOfSent(sent, count, othersOf(members.get('others')));
  const types = listOf(sent).map(typeNames);
  if (types.length !== count) throw noTypeForEach();
  return types;
}

const noTypeForEach = (): UnreadableAnswer => new UnreadableAnswer('as many types as names are needed');

const typesText = /^([0-9a-f]{8}f{8})*$/;

/** Eight hexadecimal digits of the type's number, and eight that say that there is no value, for each column. */
function typesOfSent(sent: string, count: number, others: ReadonlyMap<string, TypeNames>): readonly TypeNames[] {
  if (sent.length !== count * 16 || !typesText.test(sent)) throw noTypeForEach();
  const types: TypeNames[] = [];
  for (let at = 0; at < sent.length; at += 16) {
    const hex = sent.slice(at, at + 8);
    const name = builtinTypeName(Number.parseInt(hex, 16)) ?? 'unknown';
    types.push(others.get(hex) ?? [name, name]);
  }
  return types;
}

/** A list of types as JSON, in hexadecimal and between tags; the list itself where an earlier version recorded it. */
const othersOf = (sent: ExactJson | undefined): ReadonlyMap<string, TypeNames> =>
  new Map(
    listOf(typeof sent === 'string' ? parseExactJson(textBetweenTags(sent)) : (sent ?? null)).map((entry) => {
      const [hex, ...names] = listOf(entry);
      if (typeof hex !== 'string') throw new UnreadableAnswer('no type');
      return [hex, typeNames(names)];
    }),
  );

function textBetweenTags(xml: string): string {
  const hex = />([0-9a-f]+)<\/types>/.exec(xml)?.[1];
  if (hex === undefined) throw new UnreadableAnswer('no types');
  return Buffer.from(hex, 'hex').toString('utf8');
}

function typeNames(pair: ExactJson): TypeNames {
  const [own, base] = listOf(pair);
  if (typeof own !== 'string') throw new UnreadableAnswer('no type');
  return [own, typeof base === 'string' ? base : own];
}

const columnsOf = (types: readonly TypeNames[], names: readonly string[]): readonly Column[] =>
  types.map(([type], at) => ({ name: names[at] ?? '', type }));

function rowsOf(
  json: ExactJson | undefined,
  names: readonly string[],
  types: readonly TypeNames[],
  options: DecodeOptions,
): readonly Row[] {
  const columns = types.map(([, base], at) => [names[at] ?? '', decoderOf(base, options)] as const);
  return listOf(json).map((row) => {
    const entries = entriesOf(row);
    if (entries.length !== columns.length) throw new UnreadableAnswer('a row of another width');
    return Object.fromEntries(columns.map(([name, decode], at) => [name, decode(entries[at]?.[1] ?? null)]));
  });
}
