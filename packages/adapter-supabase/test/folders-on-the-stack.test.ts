import './allow-node-20-line.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import type { Result } from 'neverthrow';
import {
  createSupabaseLayer,
  downloadFolder,
  sourceFromBytes,
  syncFolder,
  uploadFolder,
  type FolderOptions,
  type FolderProgress,
  type FolderReport,
  type SupabaseLayer,
} from '../src/index.js';
import { doorOf } from './door-of.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

let stack: LocalStack;
let layer: SupabaseLayer;
let root = '';
let bucket = '';
beforeAll(async () => {
  stack = await startProject();
  layer = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
}, 60_000);
afterAll(async () => {
  await layer.close();
  await stack.stop();
});
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hybrid-folder-'));
  bucket = `bucket-${randomUUID()}`;
  valueOf(await layer.ports.buckets.create({ id: bucket }, createTestCall()));
});
afterEach(() => rm(root, { recursive: true }));

const put = async (folder: string, files: Readonly<Record<string, string | Uint8Array>>): Promise<string> => {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, folder, name)), { recursive: true });
    await writeFile(join(root, folder, name), content);
  }
  return join(root, folder);
};
const put1 = async (path: string, content: string): Promise<void> => {
  const body = sourceFromBytes(Buffer.from(content));
  valueOf(await layer.ports.files.upload({ bucket, path, body, upsert: true }, createTestCall()));
};
const optionsFor = (folder: string, more: Partial<FolderOptions> = {}): FolderOptions => ({
  ...{ files: doorOf(layer), folder, bucket },
  ...more,
});
const done = (result: Result<FolderReport, unknown>): FolderReport => result._unsafeUnwrap();
const deeds = ({ outcomes }: FolderReport): Readonly<Record<string, string>> =>
  Object.fromEntries(
    outcomes.map(({ file, did }) => [file, did] as const).sort(([one], [other]) => (one < other ? -1 : 1)),
  );
const keys = async () =>
  valueOf(await layer.ports.files.list({ bucket }, createTestCall())).items.map(({ path }) => path);

const some = { 'a.txt': 'one', 'deep/b.txt': 'two', 'deep/er/c.txt': '', 'large.bin': randomBytes(7 * 1024 * 1024) };

test('a folder goes up and comes down the same, verified, and a second run moves nothing', async () => {
  const from = await put('from', some);
  const told: FolderProgress[] = [];
  const sent = done(
    await uploadFolder(optionsFor(from, { prefix: 'p', onProgress: (progress) => void told.push(progress) })),
  );
  expect(sent).toMatchObject({ ok: true, counts: { sent: 4 }, bytes: 7 * 1024 * 1024 + 6 });
  expect(sent.outcomes.map(({ verified }) => verified)).toEqual(['checksum', 'checksum', 'checksum', 'checksum']);
  expect(told.at(-1)).toMatchObject({ files: 4, filesTotal: 4, bytes: sent.bytes, bytesTotal: sent.bytes });
  expect(done(await uploadFolder(optionsFor(from, { prefix: 'p/' }))).counts).toEqual({ unchanged: 4 });

  const to = join(root, 'to');
  expect(done(await downloadFolder(optionsFor(to, { prefix: 'p' }))).counts).toEqual({ received: 4 });
  for (const [name, content] of Object.entries(some))
    expect((await readFile(join(to, name))).equals(Buffer.from(content))).toBe(true);
  expect(done(await downloadFolder(optionsFor(to, { prefix: 'p' }))).counts).toEqual({ unchanged: 4 });
});

test('a file of the same size and other bytes is sent again', async () => {
  const from = await put('from', { 'a.txt': 'one', 'b.txt': 'two' });
  done(await uploadFolder(optionsFor(from)));
  await put('from', { 'a.txt': 'ONE' });
  expect(deeds(done(await uploadFolder(optionsFor(from))))).toEqual({ 'a.txt': 'sent', 'b.txt': 'unchanged' });
});

test('only what a dry run said is done, and extra files go only when asked', async () => {
  const from = await put('from', { 'a.txt': 'one' });
  await put1('old.txt', 'old');
  const wanted = { direction: 'up', deleteExtra: true } as const;
  const dry = done(await syncFolder({ ...optionsFor(from), ...wanted, dryRun: true }));
  expect(deeds(dry)).toEqual({ 'a.txt': 'would-send', 'old.txt': 'would-remove' });
  expect(await keys()).toEqual(['old.txt']);
  done(await syncFolder({ ...optionsFor(from), direction: 'up' }));
  expect(await keys()).toEqual(['a.txt', 'old.txt']);
  expect(deeds(done(await syncFolder({ ...optionsFor(from), ...wanted })))).toEqual({
    'a.txt': 'unchanged',
    'old.txt': 'removed',
  });
  expect(await keys()).toEqual(['a.txt']);
});

test('the other way round as well', async () => {
  const to = await put('to', { 'a.txt': 'old', 'extra.txt': 'x' });
  await put1('a.txt', 'new');
  const wanted = { direction: 'down', deleteExtra: true } as const;
  const dry = done(await syncFolder({ ...optionsFor(to), ...wanted, dryRun: true }));
  expect(deeds(dry)).toEqual({ 'a.txt': 'would-receive', 'extra.txt': 'would-remove' });
  expect(deeds(done(await syncFolder({ ...optionsFor(to), ...wanted })))).toEqual({
    'a.txt': 'received',
    'extra.txt': 'removed',
  });
  expect(await readFile(join(to, 'a.txt'), 'utf8')).toBe('new');
  expect(await readdir(to)).toEqual(['a.txt']);
});

test('names that no key may have are refused all at once, or encoded and decoded', async () => {
  const names = { 'ä/ö?.txt': '1', 'a=b#.txt': '2', 'good.txt': '3' };
  const from = await put('from', names);
  const refusal = (await uploadFolder(optionsFor(from)))._unsafeUnwrapErr();
  expect([refusal.kind, [...(refusal.names ?? [])].sort()]).toEqual(['names-refused', ['a=b#.txt', 'ä/ö?.txt']]);
  expect(await keys()).toEqual([]);
  expect(done(await uploadFolder(optionsFor(from, { names: 'encode' }))).counts).toEqual({ sent: 3 });
  const to = join(root, 'to');
  done(await downloadFolder(optionsFor(to, { names: 'encode' })));
  expect((await readdir(to, { recursive: true })).sort()).toEqual(['a=b#.txt', 'good.txt', 'ä', 'ä/ö?.txt'].sort());
});

test('links, names that clash and what vanishes are reported, and the rest goes through', async () => {
  const from = await put('from', { 'a.txt': 'one', 'b.txt': 'two' });
  await symlink(root, join(from, 'link'));
  const door = doorOf(layer);
  const files = {
    ...door,
    list: (input: Parameters<typeof door.list>[0]) =>
      door.list(input).andTee(() => rmSync(join(from, 'b.txt'), { force: true })),
  };
  const sent = done(await uploadFolder(optionsFor(from, { files })));
  expect(deeds(sent)).toMatchObject({ 'a.txt': 'sent', link: 'skipped' });
  expect(sent.outcomes.find(({ file }) => file === 'b.txt')?.did).toBe('failed');
  expect(sent.ok).toBe(false);

  await put1('dual', 'file');
  await put1('dual/child', 'child');
  await put1('link/escape', 'x');
  const to = await put('to', {});
  await mkdir(join(root, 'to'));
  await symlink(root, join(root, 'to', 'link'));
  const got = done(await downloadFolder(optionsFor(to)));
  const byKey = Object.fromEntries(got.outcomes.map(({ key, did }) => [key, did]));
  expect(byKey).toMatchObject({
    'a.txt': 'received',
    dual: 'skipped',
    'dual/child': 'received',
    'link/escape': 'skipped',
  });
  expect(await readdir(root)).toEqual(['from', 'to']);
});

test('what a wrong or missing destination says comes back as data', async () => {
  const from = await put('from', { 'a.txt': 'one' });
  const nowhere = await uploadFolder(optionsFor(join(root, 'none')));
  const noBucket = await uploadFolder({ ...optionsFor(from), bucket: 'none' });
  expect([nowhere._unsafeUnwrapErr().kind, noBucket._unsafeUnwrapErr().kind]).toEqual([
    'folder-unreadable',
    'list-failed',
  ]);
});

test('two thousand small files in both directions, more than one list page', async () => {
  const content = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`${at % 20}/${at}.txt`, `file ${at}`]));
  const from = await put('from', content);
  expect(done(await uploadFolder(optionsFor(from))).counts).toEqual({ sent: 2000 });
  expect(done(await downloadFolder(optionsFor(join(root, 'to')))).counts).toEqual({ received: 2000 });
}, 120_000);
