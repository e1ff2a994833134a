import { operationNames, type Layer, type LayerResult } from '@hybrid-supabase/core';
import { ok, okAsync } from 'neverthrow';
import { doorsOf, tableOf } from '../src/walk.js';

const layerWith = (ports: object, lacks: Layer['lacks'] = {}): Layer => ({ name: 'mcp', ports, lacks }) as never;

test('every operation is found by its name and reaches its own method', async () => {
  const ports: Record<string, Record<string, unknown>> = {};
  for (const name of operationNames) {
    const [port, member] = name.split('.') as [string, string];
    (ports[port] ??= {})[member] = async () => ok(name);
  }
  const table = tableOf(layerWith(ports)) as Record<string, () => LayerResult<string>>;
  for (const name of operationNames) expect((await table[name]!())._unsafeUnwrap()).toBe(name);
});

test('a method of a class keeps its this', async () => {
  class Port {
    readonly #name = 'kept';
    async list() {
      return ok(this.#name);
    }
  }
  const table = tableOf(layerWith({ buckets: new Port() })) as Record<string, () => LayerResult<string>>;
  expect((await table['buckets.list']!())._unsafeUnwrap()).toBe('kept');
});

test('what a layer lacks is not in its table', () => {
  const list = async () => ok([]);
  expect(Object.keys(tableOf(layerWith({ buckets: { list, empty: list } }, { 'buckets.empty': 'no' })))).toEqual([
    'buckets.list',
  ]);
});

test('every operation has a door, which runs that operation with its input', async () => {
  const seen: unknown[] = [];
  const doors = doorsOf((name, input, options) => {
    seen.push([name, input, options]);
    return okAsync(undefined as never);
  }) as Record<string, Record<string, (input?: unknown, options?: unknown) => unknown>>;
  for (const name of operationNames) {
    const [port, member] = name.split('.') as [string, string];
    doors[port]![member]!({ id: name }, { timeoutMs: 1 });
  }
  expect(seen).toEqual(operationNames.map((name) => [name, { id: name }, { timeoutMs: 1 }]));
});

test('an input that is left out is an empty one', () => {
  const seen: unknown[] = [];
  const { buckets } = doorsOf((_name, input) => {
    seen.push(input);
    return okAsync(undefined as never);
  });
  void buckets?.list();
  expect(seen).toEqual([{}]);
});
