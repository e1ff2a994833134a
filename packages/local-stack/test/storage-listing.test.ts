import { createHash } from 'node:crypto';
import type { StorageAnswer, StorageStack } from './storage-client.js';
import { openStorage } from './storage-stack.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;
const keys = [
  'B.txt',
  'a.txt',
  'c_1.txt',
  'c%.txt',
  'Case/x',
  'case/y',
  'dual',
  'dual/child',
  'l/f1',
  'l/f2',
  'l/deep/f3',
  'z/only',
];
const stored = keys.filter((key) => !key.includes('%'));

beforeAll(async () => {
  stack = await openStorage();
  await stack.makeBucket('tree');
  for (const key of stored) await stack.put(`tree/${key}`, key);
});
afterAll(() => stack.stop());

const list = async (body: object, bucket = 'tree'): Promise<StorageAnswer> =>
  stack.call('POST', `/object/list/${bucket}`, { body });
const names = async (body: object): Promise<unknown[]> => (await list(body)).json().map((entry) => entry['name']);

test('a level lists folders among files by name, whatever the case', async () => {
  expect(await names({})).toEqual(['a.txt', 'B.txt', 'c_1.txt', 'Case', 'dual', 'dual', 'l', 'z']);
  expect(await names({ sortBy: { column: 'name', order: 'desc' } })).toEqual([
    'z',
    'l',
    'dual',
    'dual',
    'Case',
    'c_1.txt',
    'B.txt',
    'a.txt',
  ]);
});

test('a folder has a name only, a file also what is known of its bytes', async () => {
  const entries = (await list({ prefix: 'l', limit: 2 })).json();
  const eTag = `"${createHash('md5').update('l/f1').digest('hex')}"`;
  expect(entries).toEqual([
    { name: 'deep', id: null, updated_at: null, created_at: null, last_accessed_at: null, metadata: null },
    {
      name: 'f1',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      updated_at: expect.stringMatching(/Z$/),
      created_at: expect.stringMatching(/Z$/),
      last_accessed_at: expect.stringMatching(/Z$/),
      metadata: {
        eTag,
        size: 4,
        mimetype: 'text/plain',
        cacheControl: 'no-cache',
        lastModified: expect.stringMatching(/Z$/),
        contentLength: 4,
        httpStatusCode: 200,
      },
    },
  ]);
});

test('an order by time puts folders first', async () => {
  expect(await names({ sortBy: { column: 'created_at', order: 'desc' } })).toEqual([
    'Case',
    'dual',
    'l',
    'z',
    'dual',
    'c_1.txt',
    'a.txt',
    'B.txt',
  ]);
});

test.each([
  [{ prefix: 'L' }, ['deep', 'f1', 'f2']],
  [{ prefix: 'l/' }, ['deep', 'f1', 'f2']],
  [{ prefix: 'case' }, ['x', 'y']],
  [{ prefix: 'none' }, []],
  [{ search: 'C' }, ['c_1.txt', 'Case']],
  [{ search: 'c_' }, ['c_1.txt']],
  [{ search: 'c%' }, []],
  [{ search: '1.txt' }, []],
  [{ search: 'l/f' }, ['l/f1', 'l/f2']],
  [{ prefix: 'l', search: 'F2' }, ['f2']],
  [{ limit: 2, offset: 1 }, ['B.txt', 'c_1.txt']],
])('%j lists %j', async (body, expected) => {
  expect(await names(body)).toEqual(expected);
});

test('a missing bucket lists as an empty one, by both ways', async () => {
  const [level, page] = await Promise.all([list({}, 'none'), stack.call('POST', '/object/list-v2/none', { body: {} })]);
  expect([level.status, level.json(), page.status, page.json()]).toEqual([
    200,
    [],
    200,
    { hasNext: false, folders: [], objects: [] },
  ]);
});

interface Page {
  readonly names: readonly unknown[];
  readonly cursor: unknown;
}

async function pageOf(body: object): Promise<Page> {
  const page = (await stack.call('POST', '/object/list-v2/tree', { body })).json();
  const entries = [page['folders'], page['objects']].flat();
  return { names: entries.map((entry) => (entry as { name: string }).name), cursor: page['nextCursor'] };
}

async function allPages(body: object): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  let cursor: unknown;
  do {
    const page: Page = await pageOf({ ...body, ...(cursor !== undefined && { cursor }) });
    pages.push([...page.names]);
    cursor = page.cursor;
  } while (cursor !== undefined && pages.length < 50);
  return pages;
}

const byBytes = [...stored].sort();
const level = ['B.txt', 'Case/', 'a.txt', 'c_1.txt', 'case/', 'dual', 'dual/', 'l/', 'z/'];

test('list-v2 gives every key at any depth, by the byte', async () => {
  expect(await allPages({})).toEqual([byBytes]);
  expect(await allPages({ prefix: 'l/f' })).toEqual([['l/f1', 'l/f2']]);
  expect(await allPages({ prefix: 'L' })).toEqual([[]]);
});

test('an underscore in a prefix of list-v2 stands for any character, but not with the delimiter', async () => {
  expect(await allPages({ prefix: 'c_' })).toEqual([['c_1.txt', 'case/y']]);
  expect(await allPages({ prefix: 'c_', with_delimiter: true })).toEqual([['c_1.txt']]);
});

test.each([1, 4, 5])('pages of %i give everything once, folders and objects counted together', async (limit) => {
  for (const order of ['asc', 'desc']) {
    const flat = await allPages({ limit, sortBy: { column: 'name', order } });
    expect(flat.flat()).toEqual(order === 'asc' ? byBytes : [...byBytes].reverse());
    expect(flat.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    const delimited = await allPages({ limit, with_delimiter: true, sortBy: { column: 'name', order } });
    expect(delimited.flat().sort()).toEqual(level);
    expect(delimited.slice(0, -1).every((page) => page.length === limit)).toBe(true);
    const timed = await allPages({ limit, with_delimiter: true, sortBy: { column: 'updated_at', order } });
    expect(timed.flat().sort()).toEqual(level);
  }
});

test('an order by time goes by time', async () => {
  const [page] = await allPages({ sortBy: { column: 'created_at', order: 'desc' } });
  expect(page).toEqual([...stored].reverse());
});

test('with the delimiter each entry says its place in the folder', async () => {
  const answer = await stack.call('POST', '/object/list-v2/tree', { body: { prefix: 'l/', with_delimiter: true } });
  expect(answer.json()).toMatchObject({
    hasNext: false,
    folders: [{ name: 'l/deep/', key: 'deep', id: null }],
    objects: [
      { name: 'l/f1', key: 'f1' },
      { name: 'l/f2', key: 'f2' },
    ],
  });
});

test('the cursor names the last key', async () => {
  const answer = await stack.call('POST', '/object/list-v2/tree', { body: { limit: 2 } });
  expect(answer.json()).toMatchObject({ hasNext: true, nextCursorKey: byBytes[1] });
});

test('a cursor that a client built of a key goes on after that key', async () => {
  const built = Buffer.from(`l:${byBytes[1]}`).toString('base64');
  const answer = await stack.call('POST', '/object/list-v2/tree', { body: { cursor: built } });
  expect(answer.text).toContain(`"name":"${byBytes[2]}"`);
  expect(answer.text).not.toContain(`"name":"${byBytes[1]}"`);
});

test.each(['l:a\nc:created_at\na:99:99', 'l:a\nc:created_at'])(
  'a cursor whose time is none is a bad cursor: %j',
  async (lines) => {
    const body = { cursor: Buffer.from(lines).toString('base64') };
    const answer = await stack.call('POST', '/object/list-v2/tree', { body });
    expect([answer.status, answer.json()]).toMatchObject([400, { code: 'InvalidParameter' }]);
  },
);
