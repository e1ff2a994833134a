import './allow-node-20-line.js';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSupabaseLayer, downloadFolder, uploadFolder } from '../src/index.js';
import { doorOf } from './door-of.js';
import { json, scriptedFetch } from './scripted-fetch.js';
import { testKey } from './test-key.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hybrid-unreadable-'));
  await chmod(root, 0o755);
});
afterEach(() => rm(root, { recursive: true }));

/** The superuser may read everything, so the work is done by somebody else. */
const asNobody = async <T>(work: () => Promise<T>): Promise<T> => {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
};

const time = '2026-11-22T20:00:00.000Z';
/** A project whose bucket takes every file of the text `one`. */
const optionsOver = (folder: string, names: readonly string[] = []) => {
  const rowOf = (name: string) => ({
    ...{ name, id: name, updated_at: time },
    metadata: { size: 3, mimetype: 'text/plain', eTag: `"${createHash('md5').update('one').digest('hex')}"` },
  });
  const objects = names.map(rowOf);
  const removed: string[] = [];
  const { fetch } = scriptedFetch({
    'POST /object/list-v2/b': () => json({ hasNext: false, folders: [], objects }),
    'GET /bucket/b': () => json({ id: 'b', name: 'b', public: false, created_at: time }),
    'POST /object/b/': ({ path }) => {
      objects.push(rowOf(path.slice('/object/b/'.length)));
      return json({ Id: '1', Key: path });
    },
    'DELETE /object/b': ({ path }) => {
      removed.push(path);
      return json([]);
    },
  });
  const layer = createSupabaseLayer({ url: 'https://abc.supabase.co', key: testKey({ role: 'service_role' }), fetch });
  return { options: { files: doorOf(layer), folder, bucket: 'b' }, objects, removed };
};

test('files and folders that may not be read are named, and nothing is fatal to the rest', async () => {
  const folder = join(root, 'from');
  await mkdir(join(folder, 'closed'), { recursive: true });
  for (const name of ['a.txt', 'secret.txt', 'closed/b.txt']) await writeFile(join(folder, name), 'one');
  await chmod(join(folder, 'secret.txt'), 0);
  await chmod(join(folder, 'closed'), 0);
  const { options, objects, removed } = optionsOver(folder, ['closed/b.txt']);
  const sent = (await asNobody(() => uploadFolder({ ...options, deleteExtra: true })))._unsafeUnwrap();
  await chmod(join(folder, 'closed'), 0o755);
  const did = Object.fromEntries(sent.outcomes.map(({ file, did: deed }) => [file, deed]));
  expect(did).toEqual({ 'a.txt': 'sent', 'secret.txt': 'failed', closed: 'failed', 'closed/b.txt': 'skipped' });
  expect(sent.outcomes.every(({ did: deed, why }) => deed === 'sent' || why !== undefined)).toBe(true);
  expect([sent.ok, removed, objects.map(({ name }) => name)]).toEqual([false, [], ['closed/b.txt', 'a.txt']]);
});

test('a folder that may not be written to is no exception', async () => {
  const folder = join(root, 'to');
  await mkdir(folder);
  await chmod(folder, 0o555);
  const { options } = optionsOver(folder, ['a.txt']);
  const received = await asNobody(() => downloadFolder(options));
  expect(received._unsafeUnwrapErr().kind).toBe('folder-unreadable');
});
