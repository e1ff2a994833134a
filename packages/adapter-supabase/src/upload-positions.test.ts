import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiskPositions } from './upload-positions.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-positions-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what one process keeps another finds, until it is forgotten', async () => {
  const first = await createDiskPositions(folder).at('name');
  expect(first.id).toBeUndefined();
  await first.keep('YS9i');
  const second = await createDiskPositions(folder).at('name');
  expect(second.id).toBe('YS9i');
  expect((await createDiskPositions(folder).at('another')).id).toBeUndefined();
  await second.forget();
  expect((await createDiskPositions(folder).at('name')).id).toBeUndefined();
});

test.each(['', '{"id":"YS', '\0\0\0\0', '{"id":7}', '{"id":"../../bucket/b"}', '{"id":"a?b"}', '{"id":""}'])(
  'a damaged position is none: %j',
  async (text) => {
    const positions = createDiskPositions(folder);
    await (await positions.at('name')).keep('YS9i');
    const [file = ''] = await readdir(folder);
    await writeFile(join(folder, file), text);
    expect((await positions.at('name')).id).toBeUndefined();
  },
);
