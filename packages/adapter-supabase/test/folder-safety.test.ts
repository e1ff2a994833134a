import './allow-node-20-line.js';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  downloadFolder,
  syncFolder,
  uploadFolder,
  type FilesDoor,
  type FolderOptions,
  type FolderProgress,
  type FolderReport,
} from '../src/index.js';
import { doorOf } from './door-of.js';
import { createSmallBucket, type SmallBucket } from './small-bucket.js';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hybrid-safety-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const put = async (name: string, content = 'local'): Promise<void> => {
  await mkdir(dirname(join(root, 'folder', name)), { recursive: true });
  await writeFile(join(root, 'folder', name), content);
};
const over = (bucket: SmallBucket, more: Partial<FolderOptions> = {}): FolderOptions => ({
  ...{ files: doorOf(bucket.layer), folder: join(root, 'folder'), bucket: 'b' },
  ...more,
});
const deeds = ({ outcomes }: FolderReport) => Object.fromEntries(outcomes.map(({ file, did }) => [file, did]));
const refused = () => Response.json({ statusCode: '403', code: 'AccessDenied' }, { status: 400 });

describe('nothing is removed', () => {
  test('here, when the caller gave up in the middle', async () => {
    const bucket = createSmallBucket(['a', 'b']);
    await put('mine');
    const stop = new AbortController();
    bucket.instead = (method, path) => (method === 'GET' && path.endsWith('/a') ? void stop.abort() : undefined);
    const options = over(bucket, { deleteExtra: true, mostAtOnce: 1, signal: stop.signal });
    const report = (await downloadFolder(options))._unsafeUnwrap();
    expect([report.ok, deeds(report)['mine'], await readdir(join(root, 'folder'))]).toEqual([
      false,
      'skipped',
      ['mine'],
    ]);
  });

  test('there, when something could not be sent', async () => {
    const bucket = createSmallBucket(['old-name']);
    await put('new-name');
    bucket.instead = (method, path) => (method === 'POST' && path.endsWith('/new-name') ? refused() : undefined);
    const report = (await uploadFolder(over(bucket, { deleteExtra: true })))._unsafeUnwrap();
    expect(deeds(report)).toEqual({ 'new-name': 'failed', 'old-name': 'skipped' });
    expect([...bucket.objects.keys()]).toEqual(['old-name']);
  });

  test('there, of what a link or a name in bytes stands for here', async () => {
    const bucket = createSmallBucket(['moved/a', 'moved/b/c', '=C3=A4', 'extra']);
    await put('x');
    await symlink(tmpdir(), join(root, 'folder', 'moved'));
    await symlink('x', join(root, 'folder', 'ä'));
    const report = (await uploadFolder(over(bucket, { deleteExtra: true, names: 'encode' })))._unsafeUnwrap();
    expect(report.counts).toEqual({ skipped: 2, sent: 1, removed: 1 });
    expect([...bucket.objects.keys()].sort()).toEqual(['=C3=A4', 'moved/a', 'moved/b/c', 'x']);
  });

  test.each(['up', 'down'] as const)(
    '%s, from a source that holds nothing: a list without rights is empty',
    async (direction) => {
      const bucket = createSmallBucket(direction === 'up' ? ['a'] : []);
      await mkdir(join(root, 'folder'));
      if (direction === 'down') await put('a');
      const report = (await syncFolder({ ...over(bucket, { deleteExtra: true }), direction }))._unsafeUnwrap();
      expect([deeds(report), report.outcomes[0]?.why]).toEqual([{ a: 'skipped' }, expect.stringContaining('nothing')]);
      expect([bucket.objects.size, await readdir(join(root, 'folder'))]).toEqual(
        direction === 'up' ? [1, []] : [0, ['a']],
      );
    },
  );

  test('outside the prefix, whatever a list says', async () => {
    const bucket = createSmallBucket(['p/a', 'elsewhere']);
    await put('b');
    const door = doorOf(bucket.layer);
    const files: FilesDoor = { ...door, list: ({ prefix: _prefix, ...input }) => door.list(input) };
    const report = (await uploadFolder(over(bucket, { files, prefix: 'p', deleteExtra: true })))._unsafeUnwrap();
    expect(deeds(report)).toEqual({ a: 'removed', b: 'sent' });
    expect([...bucket.objects.keys()].sort()).toEqual(['elsewhere', 'p/b']);
  });

  test('by a neighbour with the same beginning', async () => {
    const bucket = createSmallBucket(['a/x', 'ab/x', 'a']);
    await put('y');
    await uploadFolder(over(bucket, { prefix: 'a', deleteExtra: true }));
    expect([...bucket.objects.keys()].sort()).toEqual(['a', 'a/y', 'ab/x']);
  });
});

test('what may not be removed is named, and harms no other', async () => {
  const bucket = createSmallBucket(['what?', 'denied', 'gone', 'extra']);
  await put('x');
  bucket.denied.add('denied');
  bucket.instead = (method) => (method === 'DELETE' ? void bucket.objects.delete('gone') : undefined);
  const report = (await uploadFolder(over(bucket, { deleteExtra: true })))._unsafeUnwrap();
  expect(deeds(report)).toEqual({ x: 'sent', 'what?': 'failed', denied: 'failed', gone: 'removed', extra: 'removed' });
  expect([report.ok, [...bucket.objects.keys()].sort()]).toEqual([false, ['denied', 'what?', 'x']]);
});

test('a file here that is in the way of a folder is named, and goes when asked', async () => {
  const bucket = createSmallBucket(['dual/child', 'folder']);
  await put('dual');
  await put('folder/mine');
  const first = (await downloadFolder(over(bucket)))._unsafeUnwrap();
  expect(deeds(first)).toEqual({ 'dual/child': 'skipped', folder: 'skipped' });
  await syncFolder({ ...over(bucket), direction: 'down', deleteExtra: true });
  expect(deeds((await downloadFolder(over(bucket)))._unsafeUnwrap())['dual/child']).toBe('received');
});

test.each<[string, Partial<FolderOptions>]>([
  ['mostAtOnce', { mostAtOnce: 0 }],
  ['mostAtOnce', { mostAtOnce: Number.NaN }],
  ['prefix', { prefix: '/p' }],
  ['prefix', { prefix: 'p//' }],
  ['prefix', { prefix: '..' }],
])('a `%s` that cannot be meant is refused before anything: %j', async (name, more) => {
  const bucket = createSmallBucket(['a']);
  await put('mine');
  for (const direction of ['up', 'down'] as const) {
    const refusal = (await syncFolder({ ...over(bucket, more), direction, deleteExtra: true }))._unsafeUnwrapErr();
    expect([refusal.kind, refusal.message]).toEqual(['wrong-options', expect.stringContaining(`\`${name}\``)]);
  }
  expect([await readdir(join(root, 'folder')), [...bucket.objects.keys()]]).toEqual([['mine'], ['a']]);
});

test('a journal inside the folder is refused: it would be sent, or removed', async () => {
  const bucket = createSmallBucket();
  await put('mine');
  const options = over(bucket, { stateDirectory: join(root, 'folder', 'state') });
  expect((await uploadFolder(options))._unsafeUnwrapErr().message).toContain('`stateDirectory`');
  expect(await readdir(join(root, 'folder'))).toEqual(['mine']);
});

test.each(['up', 'down'] as const)('a dry run %s writes nothing, the journal neither', async (direction) => {
  const bucket = createSmallBucket(['a', 'b']);
  await put('a', 'remote a');
  const options = over(bucket, { stateDirectory: join(root, 'state'), dryRun: true, deleteExtra: true });
  const dry = (await syncFolder({ ...options, direction }))._unsafeUnwrap();
  expect(dry.counts).toEqual({ unchanged: 1, [direction === 'up' ? 'would-remove' : 'would-receive']: 1 });
  expect(await readdir(root)).toEqual(['folder']);
});

test('more files than a call has room for arguments', async () => {
  const bucket = createSmallBucket(Array.from({ length: 150_000 }, (_, at) => `${at}`));
  bucket.tagOf = () => '"no-checksum"';
  const down = (await downloadFolder(over(bucket, { dryRun: true })))._unsafeUnwrap();
  expect(down.counts).toEqual({ 'would-receive': 150_000 });
  await put('0');
  const up = (await uploadFolder(over(bucket, { dryRun: true, deleteExtra: true })))._unsafeUnwrap();
  expect(up.counts).toEqual({ 'would-send': 1, 'would-remove': 149_999 });
}, 60_000);

describe('no call rejects', () => {
  test('when the journal goes away in the middle', async () => {
    const bucket = createSmallBucket();
    await put('a');
    const state = join(root, 'state');
    await uploadFolder(over(bucket, { stateDirectory: state }));
    const [journal = ''] = await readdir(state);
    await appendFile(join(state, journal), 'nonsense\n'.repeat(9));
    await put('b');
    bucket.instead = (_, path) => void (path === '/object/b/b' && rmSync(state, { recursive: true, force: true }));
    expect((await uploadFolder(over(bucket, { stateDirectory: state })))._unsafeUnwrap().ok).toBe(true);
  });

  test('when the folder goes away in the middle', async () => {
    const bucket = createSmallBucket(['a']);
    await put('a', 'other');
    const door = doorOf(bucket.layer);
    const files: FilesDoor = {
      ...door,
      download: (input, options) => {
        rmSync(join(root, 'folder'), { recursive: true });
        return door.download(input, options);
      },
    };
    expect(deeds((await downloadFolder(over(bucket, { files })))._unsafeUnwrap())).toEqual({ a: 'failed' });
  });

  test('when the caller cannot say a type', async () => {
    const bucket = createSmallBucket();
    for (const name of ['a', 'b']) await put(name);
    const contentTypeOf = (file: string): string => {
      if (file === 'a') throw new Error('theirs');
      return 'text/plain';
    };
    expect(deeds((await uploadFolder(over(bucket, { contentTypeOf })))._unsafeUnwrap())).toEqual({
      a: 'failed',
      b: 'sent',
    });
  });

  test('when a listener does', async () => {
    const bucket = createSmallBucket();
    await put('a');
    const onProgress = (): Promise<void> => Promise.reject(new Error('theirs'));
    expect((await uploadFolder(over(bucket, { onProgress })))._unsafeUnwrap().ok).toBe(true);
  });
});

test('tags that are no checksums are not taken for any', async () => {
  const bucket = createSmallBucket();
  bucket.tagOf = (bytes) => `"${createHash('md5').update('salt').update(bytes).digest('hex')}"`;
  await put('a');
  const options = over(bucket, { md5Etags: false, stateDirectory: join(root, 'state') });
  const [sent] = (await uploadFolder(options))._unsafeUnwrap().outcomes;
  expect(sent).toMatchObject({ did: 'sent', verified: 'size' });
});

test('what is stored otherwise than it was sent is named, by list pages alone', async () => {
  const bucket = createSmallBucket();
  for (const name of ['a', 'b', 'c', 'd']) await put(name, `local ${name}`);
  const door = doorOf(bucket.layer);
  let lists = 0;
  const files: FilesDoor = {
    ...door,
    list: (input, options) => {
      if ((lists += 1) === 2) {
        bucket.objects.set('b', Buffer.from('LOCAL b'));
        bucket.objects.set('c', Buffer.from('short'));
        bucket.objects.delete('d');
      }
      return door.list(input, options);
    },
  };
  const report = (await uploadFolder(over(bucket, { files })))._unsafeUnwrap();
  expect([deeds(report), lists]).toEqual([{ a: 'sent', b: 'failed', c: 'failed', d: 'failed' }, 2]);
});

test('names that are no text are refused by name, and taken for no other file', async () => {
  const bucket = createSmallBucket(['x']);
  await put('\ufffd', 'another file');
  const raw = (bytes: readonly number[]) => Buffer.concat([Buffer.from(join(root, 'folder/')), Buffer.from(bytes)]);
  await writeFile(raw([0x63, 0xe9]), 'latin');
  await mkdir(raw([0xff]));
  for (const names of ['refuse', 'encode'] as const) {
    const refusal = (await uploadFolder(over(bucket, { names })))._unsafeUnwrapErr();
    expect(refusal.kind).toBe('names-refused');
    expect(refusal.names?.filter((name) => name !== '\ufffd')).toEqual(['\\xFF', 'c\\xE9']);
  }
  const down = (await downloadFolder(over(bucket, { deleteExtra: true })))._unsafeUnwrap();
  expect(deeds(down)).toEqual({ x: 'received', 'c\\xE9': 'skipped', '\\xFF': 'skipped', '\ufffd': 'removed' });
  expect(await readFile(raw([0x63, 0xe9]), 'utf8')).toBe('latin');
});

test('what grew since it was counted is never told as more than all', async () => {
  const bucket = createSmallBucket();
  await put('a', 'short');
  await put('b', 'short');
  const door = doorOf(bucket.layer);
  const files: FilesDoor = {
    ...door,
    list: (input, options) =>
      door.list(input, options).andTee(() => writeFileSync(join(root, 'folder', 'a'), 'x'.repeat(1000))),
  };
  const told: FolderProgress[] = [];
  await uploadFolder(over(bucket, { files, onProgress: (progress) => void told.push(progress) }));
  expect(told.at(-1)).toMatchObject({ files: 2, filesTotal: 2, bytes: 10, bytesTotal: 10, leftMs: 0 });
});
