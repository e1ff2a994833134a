import './allow-node-20-line.js';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import fc from 'fast-check';
import { createSupabaseLayer, listAll, sourceFromBytes, targetToBytes, type SupabaseLayer } from '../src/index.js';
import { doorOf } from './door-of.js';
import { hostileKey, isGoodKey } from './hostile-key.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

const call = () => createTestCall();
const buckets = ['one', 'two'] as const;
const sentinels = ['a', 'b c', 'folder/a', 'x', 'o2/x', 'a.b', '+', 'a+b', 'one/a'];

let stack: LocalStack;
let layer: SupabaseLayer;
/** What must be there: bytes by bucket and key. */
const model = new Map<string, string>();
const nameOf = (bucket: string, path: string): string => JSON.stringify([bucket, path]);
const textOf = (bucket: string, path: string): string => `bytes of ${nameOf(bucket, path)}`;
const put = (bucket: string, path: string, text = textOf(bucket, path)) =>
  layer.ports.files.upload({ bucket, path, body: sourceFromBytes(Buffer.from(text)), upsert: true }, call());
beforeAll(async () => {
  stack = await startProject();
  layer = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
  for (const bucket of buckets) {
    valueOf(await layer.ports.buckets.create({ id: bucket, public: true }, call()));
    for (const path of sentinels) {
      valueOf(await put(bucket, path));
      model.set(nameOf(bucket, path), textOf(bucket, path));
    }
  }
}, 60_000);
afterAll(async () => {
  await layer.close();
  await stack.stop();
});

/** Every object of every bucket, with its size: no two texts of this test that differ in key are of the same key. */
const everything = async (): Promise<readonly string[]> => {
  const seen: string[] = [];
  for (const { id } of valueOf(await layer.ports.buckets.list({}, call())))
    for await (const item of listAll(doorOf(layer), { bucket: id })) {
      const { path, sizeBytes } = item._unsafeUnwrap();
      seen.push(`${nameOf(id, path)} ${sizeBytes}`);
    }
  return seen.sort();
};
const expected = (): readonly string[] => [...model].map(([name, text]) => `${name} ${Buffer.byteLength(text)}`).sort();

type Deed = (bucket: string, key: string) => Promise<void>;
const files = () => layer.ports.files;
/** What each operation does with a key, and what it must then have done to the model. */
const deeds: Readonly<Record<string, Deed>> = {
  upload: async (bucket, key) => {
    const done = await put(bucket, key);
    if (done.isOk()) model.set(nameOf(bucket, key), textOf(bucket, key));
  },
  download: async (bucket, key) => {
    const to = targetToBytes();
    await files().download({ bucket, path: key, to }, call());
    const bytes = to.bytes();
    expect(bytes && Buffer.from(bytes).toString()).toBe(model.get(nameOf(bucket, key)));
  },
  exists: async (bucket, key) => {
    const there = await files().exists({ bucket, path: key }, call());
    if (there.isOk()) expect(there.value).toBe(model.has(nameOf(bucket, key)));
  },
  info: async (bucket, key) => {
    const found = await files().info({ bucket, path: key }, call());
    const text = model.get(nameOf(bucket, key));
    expect(found.isOk() ? found.value.sizeBytes : undefined).toBe(text && Buffer.byteLength(text));
  },
  list: async (bucket, prefix) => {
    const found = await files().list({ bucket, prefix }, call());
    if (found.isErr()) return;
    const names = found.value.items.map(({ path }) => nameOf(bucket, path)).sort();
    expect(names).toEqual(
      [...model.keys()].filter((name) => name.startsWith(nameOf(bucket, prefix).slice(0, -2))).sort(),
    );
  },
  purge: async (bucket, key) => {
    expect((await files().purge({ bucket, path: key }, call())).isErr()).toBe(true);
  },
  copyFrom: async (bucket, key) => {
    const to = { bucket: 'two', path: 'copied here' };
    const done = await files().copy({ bucket, path: key, to }, call());
    expect(done.isOk()).toBe(model.has(nameOf(bucket, key)));
    if (done.isErr()) return;
    const target = targetToBytes();
    valueOf(await files().download({ ...to, to: target }, call()));
    expect(Buffer.from(target.bytes() ?? []).toString()).toBe(model.get(nameOf(bucket, key)));
    valueOf(await files().remove({ bucket: 'two', paths: [to.path] }, call()));
  },
  moveTo: async (bucket, key) => {
    valueOf(await put('one', 'to be moved'));
    const done = await files().move({ bucket: 'one', path: 'to be moved', to: { bucket, path: key } }, call());
    if (done.isOk()) model.set(nameOf(bucket, key), textOf('one', 'to be moved'));
    else valueOf(await files().remove({ bucket: 'one', paths: ['to be moved'] }, call()));
  },
  copy: async (bucket, key) => {
    const done = await files().copy({ bucket: 'one', path: 'a', to: { bucket, path: key } }, call());
    if (done.isOk()) model.set(nameOf(bucket, key), model.get(nameOf('one', 'a')) ?? '');
  },
  move: async (bucket, key) => {
    const to = { bucket: 'two', path: 'moved here' };
    const done = await files().move({ bucket, path: key, to }, call());
    if (done.isErr()) return;
    model.set(nameOf('two', 'moved here'), model.get(nameOf(bucket, key)) ?? '');
    model.delete(nameOf(bucket, key));
    valueOf(await files().remove({ bucket: 'two', paths: ['moved here'] }, call()));
    model.delete(nameOf('two', 'moved here'));
  },
  remove: async (bucket, key) => {
    const done = await files().remove({ bucket, paths: [key] }, call());
    if (done.isErr()) return;
    expect(done.value.removed).toEqual(model.has(nameOf(bucket, key)) ? [key] : []);
    model.delete(nameOf(bucket, key));
  },
  sign: async (bucket, key) => {
    const signed = await files().sign({ bucket, path: key, expiresInSeconds: 60 }, call());
    if (signed.isErr()) return;
    expect(await (await fetch(signed.value.url)).text()).toBe(model.get(nameOf(bucket, key)));
  },
  publicUrl: async (bucket, key) => {
    const made = await files().publicUrl({ bucket, path: key }, call());
    if (made.isErr()) return;
    const answer = await fetch(made.value.url);
    expect(answer.ok ? await answer.text() : undefined).toBe(model.get(nameOf(bucket, key)));
  },
  signUpload: async (bucket, key) => {
    const signed = await files().signUpload({ bucket, path: key, upsert: true }, call());
    if (signed.isErr()) return;
    const body = textOf(bucket, key);
    const answer = await fetch(signed.value.url, { method: 'PUT', body, headers: { 'content-type': 'text/plain' } });
    if (answer.ok) model.set(nameOf(bucket, key), body);
    else await answer.body?.cancel();
  },
};

test('no key reaches another object than the one it names, whatever is done with it: everything is listed each time', async () => {
  const done = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...buckets),
      fc.oneof(
        hostileKey,
        fc.constantFrom(...sentinels, 'a/../../two/x', '../two/x', './a', 'a%2e', 'folder//a', '/a'),
      ),
      fc.constantFrom(...Object.keys(deeds)),
      async (bucket, key, deed) => {
        const before = expected();
        await deeds[deed]?.(bucket, key);
        if (!isGoodKey(key)) expect(expected()).toEqual(before);
        expect(await everything()).toEqual(expected());
        done.add(deed);
      },
    ),
    { seed: 20261122, numRuns: 240, endOnFailure: true },
  );
  expect([...done].sort()).toEqual(Object.keys(deeds).sort());
}, 120_000);
