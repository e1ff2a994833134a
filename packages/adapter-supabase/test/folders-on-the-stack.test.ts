import './allow-node-20-line.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileSource, FileTarget } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import type { Result } from 'neverthrow';
import {
  createSupabaseLayer,
  downloadFolder,
  sourceFromBytes,
  syncFolder,
  uploadFolder,
  type FilesDoor,
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

/** Somebody writes into the file when half of it was read. */
const changedMeanwhile = (source: FileSource, path: string): FileSource => ({
  ...source,
  async *open(offset) {
    let pieces = 0;
    for await (const chunk of source.open(offset)) {
      if ((pieces += 1) === 2) await writeFile(path, randomBytes(2_000_000));
      yield chunk;
    }
  },
});
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

test('a file that changes while it is read is named, and nothing of it is stored', async () => {
  const from = await put('from', { 'a.txt': 'one', 'changing.bin': randomBytes(2_000_000) });
  const door = doorOf(layer);
  const files: FilesDoor = {
    ...door,
    upload: (input, options) =>
      door.upload(
        input.path === 'changing.bin' && input.body.sizeBytes !== undefined
          ? { ...input, body: changedMeanwhile(input.body, join(from, 'changing.bin')) }
          : input,
        options,
      ),
  };
  const sent = done(await uploadFolder(optionsFor(from, { files })));
  expect(deeds(sent)).toEqual({ 'a.txt': 'sent', 'changing.bin': 'failed' });
  expect(await keys()).toEqual(['a.txt']);
});

test('names of unfinished downloads are left out and named, in both directions', async () => {
  const from = await put('from', { 'a.txt': 'one', 'a.txt.part': 'two' });
  expect(deeds(done(await uploadFolder(optionsFor(from))))).toEqual({ 'a.txt': 'sent', 'a.txt.part': 'skipped' });
  await put1('b.part.log', 'three');
  const received = done(await downloadFolder(optionsFor(join(root, 'to'))));
  expect(deeds(received)).toEqual({ 'a.txt': 'received', 'b.part.log': 'skipped' });
  expect(received.outcomes.every(({ did, why }) => did !== 'skipped' || why !== undefined)).toBe(true);
});

test('a run after one that was ended sends what is missing and reads nothing again', async () => {
  const content = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`${at}.txt`, `file ${at}`]));
  const from = await put('from', content);
  const longAgo = Date.now() / 1000 - 3600;
  for (const name of Object.keys(content)) await utimes(join(from, name), longAgo, longAgo);
  const stateDirectory = join(root, 'state');
  const stop = new AbortController();
  const door = doorOf(layer);
  let uploads = 0;
  const files: FilesDoor = {
    ...door,
    upload: (input, options) => {
      if ((uploads += 1) === 30) stop.abort();
      return door.upload(input, options);
    },
  };
  const options = optionsFor(from, { files, stateDirectory, mostAtOnce: 4 });
  const first = done(await uploadFolder({ ...options, signal: stop.signal }));
  const there = (await keys()).length;
  expect(first.ok).toBe(false);
  expect(there).toBeLessThan(60);
  uploads = 0;
  const second = done(await uploadFolder(options));
  const { sent = 0, unchanged = 0 } = second.counts;
  expect([second.ok, uploads, sent + unchanged]).toEqual([true, sent, 60]);
  // The server may still finish what was under way when the first run ended.
  expect(unchanged - there).toBeGreaterThanOrEqual(0);
  expect(unchanged - there).toBeLessThanOrEqual(4);
  expect(await keys()).toHaveLength(60);

  // Only who believes the journal finds another checksum than the bytes have.
  const [journal = ''] = await readdir(stateDirectory);
  const text = await readFile(join(stateDirectory, journal), 'utf8');
  expect(text.match(/0\.txt/g)?.length).toBeGreaterThan(5);
  await writeFile(
    join(stateDirectory, journal),
    text.replace(/(\["7\.txt",.*,)"[0-9a-f]{32}"/g, `$1"${'0'.repeat(32)}"`),
  );
  const third = done(await uploadFolder({ ...options, dryRun: true }));
  expect(third.counts).toEqual({ unchanged: 59, 'would-send': 1 });
});

test('what was received is known at the next run', async () => {
  await put1('a.txt', 'one');
  const stateDirectory = join(root, 'state');
  const to = join(root, 'to');
  done(await downloadFolder(optionsFor(to, { stateDirectory })));
  const [journal = ''] = await readdir(stateDirectory);
  expect(await readFile(join(stateDirectory, journal), 'utf8')).toContain('"a.txt"');
  expect(done(await downloadFolder(optionsFor(to, { stateDirectory }))).counts).toEqual({ unchanged: 1 });
  await put('to', { 'a.txt': 'own' });
  expect(done(await downloadFolder(optionsFor(to, { stateDirectory }))).counts).toEqual({ received: 1 });
  const unusable = await downloadFolder(
    optionsFor(to, { stateDirectory: await put('elsewhere', { a: '' }).then((at) => join(at, 'a')) }),
  );
  expect(unusable._unsafeUnwrapErr().kind).toBe('journal-unusable');
});

test('a large file that comes down is told of while it comes', async () => {
  valueOf(
    await layer.ports.files.upload(
      { bucket, path: 'large.bin', body: sourceFromBytes(randomBytes(9 * 1024 * 1024)) },
      createTestCall(),
    ),
  );
  const door = doorOf(layer);
  let moved = 0;
  const files: FilesDoor = {
    ...door,
    download: (input, options) => {
      const { openRanges } = input.to;
      const to: FileTarget = {
        ...input.to,
        ...(openRanges && {
          openRanges: async (version) =>
            (await openRanges(version)).map((writer) => ({
              ...writer,
              writeAt: (offset, chunk) => ((moved += 1), writer.writeAt(offset, chunk)),
            })),
        }),
      };
      return door.download({ ...input, to }, options);
    },
  };
  const told: FolderProgress[] = [];
  const onProgress = (progress: FolderProgress) => void told.push(progress);
  const got = done(await downloadFolder(optionsFor(join(root, 'to'), { files, onProgress })));
  expect([got.counts, moved > 10]).toEqual([{ received: 1 }, true]);
  expect(told.at(-1)).toMatchObject({ files: 1, filesTotal: 1, bytes: 9 * 1024 * 1024, bytesTotal: 9 * 1024 * 1024 });
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

test('small files in both directions, one more than a list page holds', async () => {
  const content = Object.fromEntries(Array.from({ length: 1001 }, (_, at) => [`${at % 20}/${at}.txt`, `file ${at}`]));
  const from = await put('from', content);
  expect(done(await uploadFolder(optionsFor(from))).counts).toEqual({ sent: 1001 });
  expect(done(await downloadFolder(optionsFor(join(root, 'to')))).counts).toEqual({ received: 1001 });
}, 120_000);
