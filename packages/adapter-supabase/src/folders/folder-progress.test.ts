import { createProgressMeter, type FolderProgress } from './folder-progress.js';

test('tells now and then with a rate and what is left, and always the end, when nothing is', () => {
  let nowMs = 0;
  const told: FolderProgress[] = [];
  const meter = createProgressMeter({
    filesTotal: 2,
    bytesTotal: 4000,
    onProgress: (progress) => void told.push(progress),
    nowMs: () => nowMs,
  });
  for (let step = 0; step < 10; step += 1) {
    nowMs += 100;
    meter.moved?.(100);
  }
  meter.fileEnded();
  meter.end();
  expect(told.map(({ bytes }) => bytes)).toEqual([300, 600, 900, 1000]);
  expect(told.at(-2)).toMatchObject({ bytes: 900, bytesPerSecond: 1000, leftMs: 3100 });
  expect(told.at(-1)).toEqual({
    files: 1,
    filesTotal: 2,
    bytes: 1000,
    bytesTotal: 4000,
    bytesPerSecond: 1000,
    leftMs: 0,
  });
});

test('what an earlier run had moved counts, and is not taken for speed', () => {
  let nowMs = 0;
  const told: FolderProgress[] = [];
  const onProgress = (progress: FolderProgress): void => void told.push(progress);
  const meter = createProgressMeter({ filesTotal: 1, bytesTotal: 10_000, onProgress, nowMs: () => nowMs });
  const moved = meter.movedOf?.(10_000);
  nowMs = 500;
  moved?.(9000, false);
  nowMs = 1000;
  moved?.(500);
  expect(told[0]).toEqual({ files: 0, filesTotal: 1, bytes: 9000, bytesTotal: 10_000, bytesPerSecond: 0 });
  expect(told[1]).toMatchObject({ bytes: 9500, bytesPerSecond: 500, leftMs: 1000 });
});

test('a file is told up to the size it had in the total', () => {
  const told: FolderProgress[] = [];
  const onProgress = (progress: FolderProgress): void => void told.push(progress);
  const meter = createProgressMeter({ filesTotal: 2, bytesTotal: 20, onProgress });
  const moved = meter.movedOf?.(10);
  for (const bytes of [4, 4, 4, 4]) moved?.(bytes);
  meter.movedOf?.(10)(3);
  meter.end();
  expect(told.at(-1)).toMatchObject({ bytes: 13, bytesTotal: 20 });
});

test('a listener that throws changes nothing', () => {
  const onProgress = (): void => {
    throw new Error('theirs');
  };
  const meter = createProgressMeter({ filesTotal: 1, bytesTotal: 1, onProgress });
  expect(() => meter.end()).not.toThrow();
});

test('costs nothing when nobody listens: nothing is counted and no clock is read', () => {
  const nowMs = (): number => {
    throw new Error('nobody asked for the time');
  };
  const meter = createProgressMeter({ filesTotal: 1, bytesTotal: 1, onProgress: undefined, nowMs });
  meter.fileEnded();
  meter.end();
  expect(meter.moved).toBeUndefined();
});
