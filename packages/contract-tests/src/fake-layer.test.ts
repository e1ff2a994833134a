import type { Bucket } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { createFakeLayer, type FakeLayer } from './fake-layer.js';
import { createTestCall } from './create-test-call.js';

const photos: Bucket = {
  id: 'photos',
  public: false,
  fileSizeLimit: null,
  allowedMimeTypes: null,
  createdAt: '2026-11-22T20:00:00.000Z',
};

const open = (effects: string[] = []): FakeLayer =>
  createFakeLayer({
    answers: {
      'buckets.list': () => [photos],
      'buckets.create': ({ id }) => {
        effects.push(id);
        return { ...photos, id };
      },
    },
  });

const list = (layer: FakeLayer, call = createTestCall()) => layer.ports.buckets!.list({}, call);
const create = (layer: FakeLayer, call = createTestCall()) => layer.ports.buckets!.create({ id: 'new' }, call);

test('a fake that is told nothing is a layer without ports', () => {
  expect(createFakeLayer()).toMatchObject({
    contract: 1,
    name: 'fake',
    authority: { role: 'postgres', readOnly: false },
    sharedFate: ['postgres'],
    ports: {},
    lacks: {},
  });
});

test('a fake is what the test says', () => {
  const said = { name: 'mcp', authority: { role: 'anon', readOnly: true }, sharedFate: ['mcp-edge'] } as const;
  expect(createFakeLayer(said)).toMatchObject(said);
});

test('it answers and records what it received', async () => {
  const layer = open();
  const call = createTestCall({ idempotencyKey: 'key' });
  expect(await list(layer)).toEqual(ok([photos]));
  expect(await create(layer, call)).toEqual(ok({ ...photos, id: 'new' }));
  expect(layer.received.map(({ operation }) => operation)).toEqual(['buckets.list', 'buckets.create']);
  expect(layer.received[1]).toEqual({
    operation: 'buckets.create',
    input: { id: 'new' },
    attemptId: call.attemptId,
    idempotencyKey: 'key',
  });
});

test('probes are sent but not received', async () => {
  const layer = open();
  expect((await layer.probe(createTestCall())).isOk()).toBe(true);
  expect([layer.sent(), layer.received]).toEqual([1, []]);
});

test('it lacks the rest of every port that is there, and what it was told to lack', async () => {
  const layer = createFakeLayer({
    answers: { 'buckets.list': () => [photos], 'sql.read': () => ({ columns: [], rows: [], rowCount: 0 }) },
    lacks: { 'sql.read': 'The function is not installed.' },
  });
  const restOfBuckets = ['create', 'delete', 'empty', 'get', 'update'].map((method) => `buckets.${method}`);
  const restOfSql = ['batch', 'read', 'settle', 'write'].map((method) => `sql.${method}`);
  expect(Object.keys(layer.lacks).sort()).toEqual([...restOfBuckets, ...restOfSql]);
  const result = await layer.ports.sql!.read({ text: 'select 1', values: [] }, createTestCall());
  expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', message: 'The function is not installed.' });
  expect(layer.sent()).toBe(0);
});

test('an answer may wait, and may be an error, which then carries the name of the fake', async () => {
  const layer = createFakeLayer({
    name: 'supabase',
    answers: {
      'buckets.get': async () => err({ kind: 'not-found', layer: '', effect: 'none', message: 'No such bucket.' }),
    },
  });
  const error = (await layer.ports.buckets!.get({ id: 'x' }, createTestCall()))._unsafeUnwrapErr();
  expect(error).toEqual({ kind: 'not-found', layer: 'supabase', effect: 'none', message: 'No such bucket.' });
  expect(Object.isFrozen(error)).toBe(true);
});

test('an answer that throws becomes an unexpected error with its cause', async () => {
  const cause = new Error('oops');
  const layer = createFakeLayer({
    answers: {
      'buckets.list': () => {
        throw cause;
      },
    },
  });
  expect((await list(layer))._unsafeUnwrapErr()).toMatchObject({ kind: 'unexpected', effect: 'unknown', cause });
});

test.each([
  ['refuses', 'unavailable', 'none', []],
  ['throws', 'unexpected', 'none', []],
  ['garbles', 'invalid-reply', 'unknown', ['new']],
  ['dies', 'interrupted', 'unknown', ['new']],
] as const)(
  'when its backend %s a create is %s with effect %s, and the effects are %j',
  async (fault, kind, effect, done) => {
    const effects: string[] = [];
    const layer = open(effects);
    layer.breakBackend(fault);
    expect((await create(layer))._unsafeUnwrapErr()).toMatchObject({ kind, effect });
    expect(effects).toEqual(done);
  },
);

test('when it hangs nothing happens until the call ends', async () => {
  const effects: string[] = [];
  const layer = open(effects);
  const call = createTestCall();
  layer.breakBackend('hangs');
  const pending = create(layer, call);
  call.expire();
  expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
  expect([effects, layer.sent()]).toEqual([[], 1]);
});

test('a fault may be limited to one operation and to the next so many attempts', async () => {
  const layer = open();
  layer.breakBackend('dies', { operation: 'buckets.create', times: 1 });
  expect((await list(layer)).isOk()).toBe(true);
  expect((await create(layer)).isErr()).toBe(true);
  expect((await create(layer)).isOk()).toBe(true);
});

test('it fails with the error of the test, without the effect', async () => {
  const effects: string[] = [];
  const layer = open(effects);
  layer.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 700 }, { times: 1 });
  expect((await create(layer))._unsafeUnwrapErr()).toMatchObject({
    kind: 'rate-limited',
    layer: 'fake',
    retryAfterMs: 700,
  });
  expect([effects, layer.received.length]).toEqual([[], 1]);
  expect((await create(layer)).isOk()).toBe(true);
});

test('closing ends the calls in flight, and says that they may have happened', async () => {
  const layer = open();
  layer.breakBackend('hangs');
  const pending = create(layer);
  await layer.close();
  expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
});

test('it leaves no listener on the signal of a call', async () => {
  const call = createTestCall();
  const removed = jest.spyOn(call.signal, 'removeEventListener');
  const added = jest.spyOn(call.signal, 'addEventListener');
  await list(open(), call);
  expect(removed.mock.calls).toEqual(added.mock.calls);
  expect(added.mock.calls).toHaveLength(1);
});
