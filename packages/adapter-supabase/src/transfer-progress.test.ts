import type { FileSource, RangeWriter } from '@hybrid-supabase/core';
import { ok } from 'neverthrow';
import type { FolderProgress } from './folders/folder-progress.js';
import { sourceFromBytes } from './file-source.js';
import { targetToBytes } from './file-target.js';
import { sourceWithProgress, targetWithProgress, watchedSource, watchedTarget } from './transfer-progress.js';

const drain = async (source: FileSource, offset: number, most = Infinity): Promise<void> => {
  let count = 0;
  for await (const chunk of source.open(offset)) if ((count += chunk.byteLength) >= most) break;
};

test('a source tells each byte once, however often it is read', async () => {
  let bytes = 0;
  const source = watchedSource(
    {
      sizeBytes: 6,
      async *open(offset) {
        for (let at = offset; at < 6; at += 2) yield Buffer.alloc(2);
      },
    },
    (count) => void (bytes += count),
  );
  await drain(source, 0, 4);
  expect(bytes).toBe(4);
  await drain(source, 2);
  await drain(source, 0);
  expect(bytes).toBe(6);
});

test('a target tells each byte once, also at a second attempt', async () => {
  let bytes = 0;
  const target = watchedTarget(targetToBytes(), (count) => void (bytes += count));
  for (const size of [4, 6]) {
    const writer = (await target.open())._unsafeUnwrap();
    await writer.write(Buffer.alloc(size));
    await writer.discard();
  }
  expect(bytes).toBe(6);
});

test('what an earlier process had sent counts, and is not new', async () => {
  const told: [number, boolean | undefined][] = [];
  const source = watchedSource(sourceFromBytes(Buffer.alloc(10)), (count, isNew) => void told.push([count, isNew]));
  await drain(source, 6);
  await drain(source, 0);
  expect(told).toEqual([
    [6, false],
    [4, true],
  ]);
});

test('what a killed download left counts as moved, and is not new', async () => {
  const none = async (): Promise<void> => undefined;
  const writer: RangeWriter = {
    missing: [{ from: 6, to: 10 }],
    ...{ writeAt: none, commit: none, discard: none, keep: none },
    async *read() {
      yield Buffer.alloc(10);
    },
  };
  const told: [number, boolean | undefined][] = [];
  const to = { ...targetToBytes(), openRanges: async () => ok(writer) };
  const watched = watchedTarget(to, (count, isNew) => void told.push([count, isNew]));
  const opened = await watched.openRanges?.({ etag: '"1"', sizeBytes: 10 });
  await opened?._unsafeUnwrap().writeAt(6, Buffer.alloc(4));
  expect(told).toEqual([
    [6, false],
    [4, true],
  ]);
});

test('one upload and one download tell how far they are, and their end', async () => {
  const told: FolderProgress[] = [];
  await drain(
    sourceWithProgress(sourceFromBytes(Buffer.alloc(5)), (progress) => void told.push(progress)),
    0,
  );
  const target = targetWithProgress(targetToBytes(), (progress) => void told.push(progress));
  const writer = (await target.open({ etag: '"1"', sizeBytes: 7 }))._unsafeUnwrap();
  await writer.write(Buffer.alloc(7));
  await writer.commit();
  expect(told.map(({ files, filesTotal, bytes, bytesTotal }) => [files, filesTotal, bytes, bytesTotal])).toEqual([
    [1, 1, 5, 5],
    [1, 1, 7, 7],
  ]);
});

test('a source without bytes is told of once, when it was read', async () => {
  const told: FolderProgress[] = [];
  const source = sourceWithProgress(sourceFromBytes(new Uint8Array()), (progress) => void told.push(progress));
  expect(told).toEqual([]);
  await drain(source, 0);
  await drain(source, 0);
  expect(told).toMatchObject([{ files: 1, filesTotal: 1, bytes: 0, bytesTotal: 0 }]);
});

test('a version that is larger than the one first met is never told as more than all', async () => {
  const told: FolderProgress[] = [];
  const target = targetWithProgress(targetToBytes(), (progress) => void told.push(progress));
  for (const sizeBytes of [4, 9]) {
    const writer = (await target.open({ etag: `"${sizeBytes}"`, sizeBytes }))._unsafeUnwrap();
    await writer.write(Buffer.alloc(sizeBytes));
    await (sizeBytes === 9 ? writer.commit() : writer.discard());
  }
  expect(told.at(-1)).toMatchObject({ files: 1, bytes: 4, bytesTotal: 4 });
});
