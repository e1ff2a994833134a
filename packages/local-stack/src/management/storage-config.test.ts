import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorageConfig } from './storage-config.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a change survives the process', async () => {
  const store = await openStorageConfig(folder);
  expect((await store.update({ fileSizeLimit: 5 })).isOk()).toBe(true);
  expect((await openStorageConfig(folder)).current()).toEqual({ ...store.current(), fileSizeLimit: 5 });
});

test('changes at the same time are all kept', async () => {
  const store = await openStorageConfig(folder);
  const enabled = { enabled: true };
  await Promise.all([
    store.update({ fileSizeLimit: 7 }),
    store.update({ features: { s3Protocol: enabled } }),
    store.update({ features: { imageTransformation: enabled } }),
  ]);
  expect((await openStorageConfig(folder)).current()).toEqual({
    fileSizeLimit: 7,
    features: { s3Protocol: enabled, imageTransformation: enabled },
  });
});

test.each([
  [null],
  [[]],
  [{ fileSizeLimit: 1.5 }],
  [{ fileSizeLimit: 501 * 1024 ** 3 }],
  [{ features: { s3Protocol: {} } }],
])('%j is refused with the field’s name', async (change) => {
  const store = await openStorageConfig(folder);
  const before = store.current();
  expect((await store.update(change))._unsafeUnwrapErr()).toMatch(/body|fileSizeLimit|feature/);
  expect(store.current()).toBe(before);
});
