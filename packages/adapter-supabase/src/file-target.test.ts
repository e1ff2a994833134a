import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { targetToBytes, targetToFile } from './file-target.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-target-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('the final name appears on commit, with every byte', async () => {
  const writer = (await targetToFile(join(folder, 'file')).open())._unsafeUnwrap();
  await writer.write(Buffer.from('he'));
  await writer.write(Buffer.from('llo'));
  expect(await readdir(folder)).not.toContain('file');
  await writer.commit();
  await writer.discard();
  expect(await readdir(folder)).toEqual(['file']);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('hello');
});

test('what was there stays until commit, and after discard', async () => {
  await writeFile(join(folder, 'file'), 'old');
  const writer = (await targetToFile(join(folder, 'file')).open())._unsafeUnwrap();
  await writer.write(Buffer.from('new'));
  await writer.discard();
  await writer.discard();
  expect(await readdir(folder)).toEqual(['file']);
  expect(await readFile(join(folder, 'file'), 'utf8')).toBe('old');
});

test('a place that cannot be written to is an error, not an exception', async () => {
  const error = (await targetToFile(join(folder, 'none', 'file')).open())._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'failed', effect: 'none' });
  expect(error.message).not.toContain(folder);
});

test('a rename that fails leaves nothing behind after discard', async () => {
  const target = join(folder, 'taken');
  const writer = (await targetToFile(target).open())._unsafeUnwrap();
  await writeFile(join(folder, 'blocker'), '');
  await mkdir(join(target, 'inner'), { recursive: true });
  await expect(writer.commit()).rejects.toThrow();
  await writer.discard();
  expect((await readdir(folder)).sort()).toEqual(['blocker', 'taken']);
});

test('bytes in memory are there after commit; the first to commit wins', async () => {
  const target = targetToBytes();
  const [first, second, third] = [await target.open(), await target.open(), await target.open()].map((each) =>
    each._unsafeUnwrap(),
  );
  await first?.write(Buffer.from('one'));
  await second?.write(Buffer.from('two'));
  await third?.write(Buffer.from('three'));
  await third?.discard();
  expect(target.bytes()).toBeUndefined();
  await second?.commit();
  await first?.commit();
  expect(Buffer.from(target.bytes() ?? []).toString()).toBe('two');
});

test('memory takes no more than its limit, whether that was known beforehand or not', async () => {
  const target = targetToBytes({ limitBytes: 4 });
  const refused = (await target.open({ etag: '"1"', sizeBytes: 5 }))._unsafeUnwrapErr();
  expect([refused.kind, refused.effect, refused.code]).toEqual(['failed', 'none', 'TooLargeForTarget']);
  const writer = (await target.open())._unsafeUnwrap();
  await writer.write(Buffer.from('four'));
  await expect(writer.write(Buffer.from('!'))).rejects.toThrow('More than 4 bytes');
  await writer.discard();
  expect(target.bytes()).toBeUndefined();
});
