import { Hono } from 'hono';
import { mkdtemp, rm, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createObjectFiles, type ObjectFiles } from './object-files.js';
import type { ObjectRow } from './object-rows.js';
import { failureResponse } from './failure-response.js';
import { sendObject } from './send-object.js';
import type { StorageContext, StorageEnv } from './storage-context.js';

let directory: string;
let files: ObjectFiles;
beforeEach(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'send-object-'));
  files = createObjectFiles(directory);
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const rowOf = (version: string): ObjectRow => ({
  id: '1',
  name: 'a',
  bucket_id: 'b',
  owner: null,
  owner_id: null,
  version,
  created_at: new Date(0),
  updated_at: new Date(0),
  last_accessed_at: null,
  metadata: { eTag: `"${version}"` },
  user_metadata: null,
});

/** An app whose object has one version after the other, each time it is looked for. */
function appWith(found: string[]): Hono<StorageEnv> {
  const context: StorageContext = {
    files,
    database: { url: '', close: async () => undefined, transaction: () => Promise.reject(new Error('not asked')) },
    jwtSecret: '',
    globalFileSizeLimit: () => 0,
  };
  const find = async (): Promise<ObjectRow> => rowOf(found.shift() ?? '');
  const app = new Hono<StorageEnv>();
  app.onError((thrown) => failureResponse(thrown));
  return app.get('/', (c) => sendObject(context, c, { place: { bucket: 'b', key: 'a' }, find }));
}

async function* bytes(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('bytes');
}
const gone = '00000000-0000-4000-8000-000000000000';

test('looks again when the object was replaced between its row and its bytes', async () => {
  const { version } = await files.write('b', bytes(), () => undefined);
  const response = await appWith([gone, gone, version]).request('/');
  expect([response.status, response.headers.get('etag'), await response.text()]).toEqual([
    200,
    `"${version}"`,
    'bytes',
  ]);
});

test('gives up on an object whose bytes are never there', async () => {
  const { version } = await files.write('b', bytes(), () => undefined);
  const response = await appWith([gone, gone, gone, version]).request('/');
  expect(await response.json()).toMatchObject({ code: 'NoSuchKey' });
});

test('closes the file when nobody reads the answer to its end', async () => {
  const { version } = await files.write('b', bytes(), () => undefined);
  const opened: (FileHandle | undefined)[] = [];
  const { open } = files;
  files = {
    ...files,
    open: async (bucket, wanted) => {
      const handle = await open(bucket, wanted);
      opened.push(handle);
      return handle;
    },
  };
  const response = await appWith([version]).request('/');
  await response.body?.cancel();
  expect(opened.map((handle) => handle?.fd)).toEqual([-1]);
});
