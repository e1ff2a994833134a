import './allow-node-20-line.js';
import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createSupabaseLayer, targetToFile } from '../src/index.js';
import { scriptedFetch } from './scripted-fetch.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

const bytes = Buffer.alloc(5 * 1024 * 1024, 7);
const { fetch } = scriptedFetch({
  'GET /object/b/p': ({ headers }) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.get('range') ?? '') ?? [];
    const end = Math.min(Number(to) + 1, bytes.length);
    return new Response(bytes.subarray(Number(from), end), {
      status: 206,
      headers: { etag: '"one"', 'content-range': `bytes ${from}-${end - 1}/${bytes.length}` },
    });
  },
  'GET /object/info/b/p': () =>
    Response.json({ id: '1', size: bytes.length, etag: '"one"', created_at: '2026-11-22T20:00:00.000Z', metadata: {} }),
});

test('a large download whose place is taken by a folder keeps its bytes and holds nobody from them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-taken-'));
  const path = join(folder, 'file');
  await mkdir(join(path, 'inner'), { recursive: true });
  const layer = createSupabaseLayer({ url: 'https://abc.supabase.co', key: testKey({ role: 'service_role' }), fetch });
  const download = () =>
    layer.ports.files.download({ bucket: 'b', path: 'p', to: targetToFile(path) }, createTestCall());
  expect((await download())._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', code: 'TargetFailed', effect: 'none' });
  expect((await readdir(folder)).sort()).toEqual(['file', 'file.part', 'file.part.log']);
  await rm(path, { recursive: true });
  expect(valueOf(await download())).toMatchObject({ sizeBytes: bytes.length, verified: 'size' });
  expect([(await readFile(path)).equals(bytes), await readdir(folder)]).toEqual([true, ['file']]);
  await rm(folder, { recursive: true });
});
