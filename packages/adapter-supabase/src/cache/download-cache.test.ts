import { createHash, randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDownloadCache, type DownloadCache } from './download-cache.js';

const KiB = 1024;
let directory = '';
beforeEach(async () => {
  directory = join(await mkdtemp(join(tmpdir(), 'hybrid-cache-')), 'made', 'cache');
});
afterEach(() => rm(join(directory, '..', '..'), { recursive: true }));

const keep = async (cache: DownloadCache, name: string, bytes: Uint8Array): Promise<boolean> => {
  const copy = cache.begin(bytes.byteLength);
  await copy?.write(bytes);
  const sha256 = await copy?.commit();
  if (sha256 === undefined) return false;
  const entry = {
    etag: '"1"',
    sizeBytes: bytes.byteLength,
    contentType: 'text/plain',
    sha256,
    verified: 'size',
  } as const;
  return cache.keep(name, entry).then(
    () => true,
    () => false,
  );
};
/** On a disk that gives out 4 KiB at a time. */
const usedBytes = async (): Promise<number> => {
  let used = 0;
  for (const folder of ['entries', 'objects', 'incoming'])
    for (const name of await readdir(join(directory, folder)))
      used += Math.ceil((await stat(join(directory, folder, name))).size / 4096) * 4096;
  return used;
};
const has = async (cache: DownloadCache, name: string): Promise<boolean> => {
  const found = await cache.find(name);
  await found?.file.close();
  return found !== undefined;
};

test('many that come at once stay below the limit together', async () => {
  const cache = createDownloadCache({ directory, limitBytes: 200 * KiB });
  await Promise.all(Array.from({ length: 40 }, (_, at) => keep(cache, `${at}`, randomBytes(40 * KiB))));
  expect(await usedBytes()).toBeLessThanOrEqual(200 * KiB);
});

test('two that share a directory give no wrong bytes, and are below the limit again at the next one', async () => {
  const create = () => createDownloadCache({ directory, limitBytes: 200 * KiB });
  const [one, other] = [create(), create()];
  const contents = Array.from({ length: 30 }, (_, at) => Buffer.alloc(30 * KiB, at));
  await Promise.all(contents.map((bytes, at) => keep(at % 2 === 0 ? one : other, `${at % 10}`, bytes)));
  for (let at = 0; at < 10; at += 1) {
    const found = await one.find(`${at}`);
    const bytes = await found?.file.readFile();
    await found?.file.close();
    if (bytes !== undefined) expect(createHash('sha256').update(bytes).digest('hex')).toBe(found?.entry.sha256);
  }
  await keep(one, 'last', randomBytes(30 * KiB));
  expect(await readdir(join(directory, 'incoming'))).toEqual([]);
  expect(await usedBytes()).toBeLessThanOrEqual(200 * KiB);
});

test.each<[string, (at: number) => Uint8Array]>([
  ['the same', () => Buffer.from('the same')],
  ['tiny', (at) => Buffer.from(`${at}`)],
  ['empty', () => Buffer.alloc(0)],
])('what is known of copies counts as well: %s', async (_what, bytesOf) => {
  let nowMs = Date.now();
  const cache = createDownloadCache({ directory, limitBytes: 200 * KiB }, () => (nowMs += 10));
  for (let at = 0; at < 150; at += 1) {
    expect(await keep(cache, `${at}`, bytesOf(at))).toBe(true);
    if (at % 25 === 0) expect(await usedBytes()).toBeLessThanOrEqual(200 * KiB);
  }
  expect(await usedBytes()).toBeLessThanOrEqual(200 * KiB);
  expect([await has(cache, '149'), await has(cache, '0')]).toEqual([true, false]);
});

test('a cache too small for anything keeps nothing', async () => {
  const cache = createDownloadCache({ directory, limitBytes: 1 });
  expect(cache.begin(0)).toBeUndefined();
});

test('what it makes is for its owner alone', async () => {
  await keep(createDownloadCache({ directory }), 'a', Buffer.from('secret'));
  for (const folder of ['', 'entries', 'objects', 'incoming'])
    expect((await stat(join(directory, folder))).mode & 0o077).toBe(0);
});

test('an entry that was changed, or stands under another name, is as good as none', async () => {
  const cache = createDownloadCache({ directory });
  await keep(cache, 'a', Buffer.from('bytes'));
  const [entry = ''] = await readdir(join(directory, 'entries'));
  const path = join(directory, 'entries', entry);
  const text = await readFile(path, 'utf8');
  await copyFile(path, join(directory, 'entries', 'b.json'));
  expect([await has(cache, 'a'), await has(cache, 'b')]).toEqual([true, false]);
  for (const damaged of [text.replace('text/plain', 'text/plaim'), text.replace(':5,', ':4,'), text.slice(0, -3), '']) {
    await writeFile(path, damaged);
    expect(await has(cache, 'a')).toBe(false);
  }
});
