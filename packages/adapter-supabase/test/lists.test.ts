import './allow-node-20-line.js';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createSupabaseLayer, listAll } from '../src/index.js';
import { doorOf } from './door-of.js';
import { json, scriptedFetch } from './scripted-fetch.js';
import { testKey } from './test-key.js';

const rowOf = (name: string) => ({ name, id: name, updated_at: '2026-11-22T20:00:00.000Z', metadata: { size: 1 } });
/** A service that gives these pages, one after the other. */
const layerOver = (...pages: readonly (readonly string[])[]) => {
  const wire = scriptedFetch({
    'POST /object/list-v2/b': () => {
      const page = wire.seen.length - 1;
      const objects = pages[page]?.map(rowOf) ?? [];
      const hasNext = page + 1 < pages.length;
      return json({ objects, folders: [], hasNext, ...(hasNext && { nextCursor: `cursor ${page}` }) });
    },
  });
  const key = testKey({ role: 'service_role' });
  return { ...wire, layer: createSupabaseLayer({ url: 'https://abc.supabase.co', key, fetch: wire.fetch }) };
};
const everything = async (layer: ReturnType<typeof layerOver>['layer'], prefix = ''): Promise<readonly string[]> => {
  const paths: string[] = [];
  for await (const item of listAll(doorOf(layer), { bucket: 'b', prefix })) paths.push(item._unsafeUnwrap().path);
  return paths;
};

test('a prefix is not a pattern, whatever the service makes of an underscore', async () => {
  const { layer } = layerOver(['my-photos/1', 'my_photos/1']);
  expect(await everything(layer, 'my_photos/')).toEqual(['my_photos/1']);
});

test('a page of nothing but foreign keys is not the end of a list, nor of a bucket', async () => {
  const { layer, seen } = layerOver(['my-photos/1', 'my-photos/2'], ['my_photos/1']);
  expect(await everything(layer, 'my_photos/')).toEqual(['my_photos/1']);
  expect(seen.map(({ path }) => path)).toEqual(['/object/list-v2/b', '/object/list-v2/b']);
});

test.each(['a?b', 'Ünïcode', 'tilde~'])('a list goes on after %s, a key that others made', async (theirs) => {
  const { layer } = layerOver(['a', theirs], ['z']);
  expect(await everything(layer)).toEqual(['a', theirs, 'z']);
});

test.each(['a\nc:created_at', '\u0000', 'a\u007f'])(
  'a place in a list that is no key is refused: %j',
  async (after) => {
    const { layer, seen } = layerOver([]);
    const error = (await layer.ports.files.list({ bucket: 'b', after }, createTestCall()))._unsafeUnwrapErr();
    expect([error.kind, error.effect, seen]).toEqual(['invalid-request', 'none', []]);
  },
);

const layerGiving = (...pages: readonly object[]) => {
  const answers = [...pages];
  const wire = scriptedFetch({
    'POST /object/list-v2/b': () => json(answers.shift()),
    'POST /bucket/b/empty': () => json({ message: 'queued' }),
  });
  const key = testKey({ role: 'service_role' });
  return createSupabaseLayer({ url: 'https://abc.supabase.co', key, fetch: wire.fetch, sleep: async () => undefined });
};

test.each([
  ['says that more follows and holds nothing', { objects: [], folders: [], hasNext: true, nextCursor: 'x' }],
  ['does not say whether more follows', { objects: [rowOf('a')], folders: [] }],
  ['says it in another way', { objects: [rowOf('a')], folders: [], hasNext: 'false' }],
])('a page that %s is not taken for the end', async (_what, page) => {
  const error = (await layerGiving(page).ports.files.list({ bucket: 'b' }, createTestCall()))._unsafeUnwrapErr();
  expect([error.kind, error.effect]).toEqual(['invalid-reply', 'unknown']);
});

test('a list goes on after a page of nothing but folders', async () => {
  const folder = { name: 'a/', key: 'a', id: null };
  const first = { objects: [], folders: [folder], hasNext: true, nextCursor: 'x' };
  const layer = layerGiving(first, { objects: [rowOf('b')], folders: [], hasNext: false });
  expect(await everything(layer)).toEqual(['b']);
});

test('a bucket is not called empty by a page that says that more follows', async () => {
  const page = { objects: [], folders: [], hasNext: true };
  const layer = layerGiving(page, { ...page, hasNext: false });
  const call = createTestCall();
  (await layer.ports.buckets.empty({ id: 'b' }, call))._unsafeUnwrap();
  expect(call.notes).toHaveLength(1);
});
