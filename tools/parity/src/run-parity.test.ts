import type { SqlPort } from '@hybrid-supabase/core';
import { layerError } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import type { SqlLayer } from './open-layers.js';
import type { ParityCase, Words } from './parity-case.js';
import { tableOf } from './report.js';
import { runParity } from './run-parity.js';

const parityCase: ParityCase = {
  name: 'one',
  ask: { read: { text: 'select 1', values: [] } },
  expected: { results: [{ columns: ['a bigint'], rows: [[1n]], rowCount: 1 }] },
};

const failing = async () => err(layerError({ kind: 'failed', layer: 'x', effect: 'none', message: 'It failed.' }));

const layerOf = (name: string, read: SqlPort['read']): SqlLayer => {
  return { name, ports: { sql: { read, write: failing, batch: failing, settle: failing } } };
};
const giving =
  (value: unknown): SqlPort['read'] =>
  async () =>
    ok({ columns: [{ name: 'a', type: 'bigint' }], rows: [{ a: value }], rowCount: 1 });

const same = layerOf('same', giving(1n));

test.each([
  ['a number for a bigint', giving(1)],
  ['text for a bigint', giving('1')],
  ['an error', failing],
])('a layer that gives %s is named, alone', async (_what, read) => {
  const result = await runParity([same, layerOf('other', read)], [parityCase]);
  expect(result).toMatchObject({ queries: 1, equal: 0, ok: false, different: [{ name: 'one', layer: 'other' }] });
  expect(tableOf(result, [parityCase])).toContain('one on other');
});

test.each<[string, Words | undefined, Words, string]>([
  ['otherwise than the others', undefined, { message: 'It failed.', hint: 'Now.' }, 'other'],
  [
    'otherwise than is written',
    { message: 'It failed.', hint: 'Now.' },
    { message: 'It failed.', hint: 'Now.' },
    'same',
  ],
])('a layer whose error speaks %s is named, alone', async (_what, words, other, named) => {
  const error = { kind: 'failed', code: '', effect: 'none' } as const;
  const failure: ParityCase = { ...parityCase, expected: { error }, ...(words !== undefined && { words }) };
  const speaking = layerOf('other', async () => err(layerError({ ...error, layer: 'x', ...other })));
  const result = await runParity([layerOf('same', failing), speaking], [failure]);
  expect(result).toMatchObject({ ok: false, different: [{ layer: named }] });
  expect(result.different).toHaveLength(1);
});

test('layers that give what is written are equal; one alone proves nothing', async () => {
  expect(await runParity([same, same], [parityCase])).toMatchObject({ equal: 1, ok: true, different: [] });
  expect((await runParity([same], [parityCase])).ok).toBe(false);
});
