import './allow-node-20-line.js';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import pg from 'pg';
import {
  createSupabaseLayer,
  downloadById,
  downloadFolder,
  listAll,
  objectById,
  sourceFromBytes,
  targetToBytes,
  type FolderReport,
  type IdDownloadDoor,
  uploadFolder,
  type SupabaseLayer,
} from '../src/index.js';
import { doorOf, sqlDoorOf } from './door-of.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

const call = () => createTestCall();
let stack: LocalStack;
let layer: SupabaseLayer;
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
  bucket = `bucket-${randomUUID()}`;
  valueOf(await layer.ports.buckets.create({ id: bucket }, call()));
});

const put = async (path: string, text = path): Promise<string> => {
  const body = sourceFromBytes(Buffer.from(text));
  return valueOf(await layer.ports.files.upload({ bucket, path, body }, call())).id ?? '';
};
/** As projects of long ago have them, and whoever writes the table himself. */
const insertRow = async (name: string): Promise<void> => {
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  await database.query('insert into storage.objects (bucket_id, name) values ($1, $2)', [bucket, name]);
  await database.end();
};
const deeds = ({ outcomes }: FolderReport) => Object.fromEntries(outcomes.map(({ file, did }) => [file, did]));
const door = (): IdDownloadDoor => ({ sql: sqlDoorOf(layer), files: doorOf(layer) });

test('lists everything below a prefix, whatever the size of a page', async () => {
  const paths = ['A', 'a/1', 'a/2/x', 'a/3', 'b'];
  for (const path of paths) await put(path);
  for (const limit of [1, 2, 5, 1000]) {
    const seen: string[] = [];
    for await (const item of listAll(doorOf(layer), { bucket, limit })) seen.push(item._unsafeUnwrap().path);
    expect(seen).toEqual(paths);
  }
  const below: string[] = [];
  for await (const item of listAll(doorOf(layer), { bucket, prefix: 'a/', after: 'a/1' }))
    below.push(item._unsafeUnwrap().path);
  expect(below).toEqual(['a/2/x', 'a/3']);
});

test('a prefix is no pattern: an underscore stands for itself alone', async () => {
  for (const path of ['my_photos/1', 'my-photos/2', 'my_photos/3']) await put(path);
  for (const limit of [1, 1000]) {
    const seen: string[] = [];
    for await (const item of listAll(doorOf(layer), { bucket, prefix: 'my_photos/', limit }))
      seen.push(item._unsafeUnwrap().path);
    expect(seen).toEqual(['my_photos/1', 'my_photos/3']);
  }
});

test('an object of which the project recorded nothing fails no list, and is told of', async () => {
  await put('a');
  await insertRow('b');
  const listing = createTestCall();
  const page = valueOf(await layer.ports.files.list({ bucket }, listing));
  expect(page.items.map(({ path, sizeBytes, etag }) => [path, sizeBytes, etag !== ''])).toEqual([
    ['a', 1, true],
    ['b', 0, false],
  ]);
  expect(listing.notes).toEqual(['objects without a recorded size, which count as empty: 1']);
  expect(valueOf(await layer.ports.files.exists({ bucket, path: 'b' }, call()))).toBe(true);
});

test('a folder sends its file over an object of which nothing is recorded, however empty, and receives none', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-unrecorded-'));
  const options = { files: doorOf(layer), folder, bucket, deleteExtra: true };
  await writeFile(join(folder, 'a'), '');
  await insertRow('a');
  await insertRow('b');
  const received = (await downloadFolder(options))._unsafeUnwrap();
  expect(deeds(received)).toEqual({ a: 'failed', b: 'failed' });
  const sent = (await uploadFolder(options))._unsafeUnwrap();
  expect(deeds(sent)).toEqual({ a: 'sent', b: 'removed' });
  await rm(folder, { recursive: true });
});

test('a bucket that is not there is one error', async () => {
  const kinds: string[] = [];
  for await (const item of listAll(doorOf(layer), { bucket: 'none' })) kinds.push(item._unsafeUnwrapErr().kind);
  expect(kinds).toEqual(['not-found']);
});

test('an object is found and fetched by its id, also after it was moved', async () => {
  const id = await put("we!rd/.*'() &$=@;:+,-_ name", 'some bytes');
  const found = (await objectById(door(), id))._unsafeUnwrap();
  expect([found.data, found.layer]).toEqual([{ bucket, path: "we!rd/.*'() &$=@;:+,-_ name" }, 'supabase']);
  const place = { bucket, path: 'moved' };
  valueOf(await layer.ports.files.move({ ...found.data, to: place }, call()));
  const to = targetToBytes();
  expect((await downloadById(door(), { id, to }))._unsafeUnwrap().data).toMatchObject({ ...place, sizeBytes: 10 });
  expect(Buffer.from(to.bytes() ?? []).toString()).toBe('some bytes');
});

test('an object that is moved between the two questions is looked up again', async () => {
  const id = await put('here', 'some bytes');
  const { sql, files } = door();
  let moves = 0;
  const moving: IdDownloadDoor = {
    files,
    sql: {
      read: (input) =>
        sql.read(input).map(async (served) => {
          if ((moves += 1) === 1)
            valueOf(await layer.ports.files.move({ bucket, path: 'here', to: { bucket, path: 'there' } }, call()));
          return served;
        }),
    },
  };
  const received = (await downloadById(moving, { id, to: targetToBytes() }))._unsafeUnwrap();
  expect([received.data.path, moves]).toEqual(['there', 2]);
});

test('an id that nobody has is not found, and one that is none is not asked for', async () => {
  const { sql, files } = door();
  let asked = 0;
  const counting: IdDownloadDoor = { files, sql: { read: (input) => ((asked += 1), sql.read(input)) } };
  const told = [];
  for (const id of [randomUUID(), 'no-uuid', "'; drop table x; --"]) {
    const { kind, effect } = (await downloadById(counting, { id, to: targetToBytes() }))._unsafeUnwrapErr();
    told.push([kind, effect]);
  }
  expect([told, asked]).toEqual([
    [
      ['not-found', 'none'],
      ['invalid-request', 'none'],
      ['invalid-request', 'none'],
    ],
    1,
  ]);
});
