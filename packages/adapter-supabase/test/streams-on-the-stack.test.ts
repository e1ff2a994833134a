import './allow-node-20-line.js';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createTestCall, startFaultyProxy, type FaultyProxy, type TestCall } from '@hybrid-supabase/contract-tests';
import type { InputOf } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import {
  createSupabaseLayer,
  sourceFromBlob,
  sourceFromBytes,
  sourceFromStream,
  targetToBytes,
  targetToStream,
  type SupabaseLayer,
} from '../src/index.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

const MiB = 1024 * 1024;
const call = () => createTestCall();
const path = 'stream.bin';
const bytes = randomBytes(14 * MiB + 5);
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

let stack: LocalStack;
let proxy: FaultyProxy;
let layer: SupabaseLayer;
let bucket = '';
beforeAll(async () => {
  stack = await startProject();
  proxy = await startFaultyProxy({ target: stack.url, keepAlive: true });
  layer = createSupabaseLayer({ url: proxy.url, key: stack.serviceRoleKey });
}, 60_000);
afterAll(async () => {
  await layer.close();
  await proxy.close();
  await stack.stop();
});
beforeEach(async () => {
  bucket = `bucket-${randomUUID()}`;
  valueOf(await layer.ports.buckets.create({ id: bucket }, call()));
});
afterEach(() => proxy.heal());

async function* inPieces(content: Uint8Array, failure?: Error): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < content.byteLength; from += 100_000) yield content.subarray(from, from + 100_000);
  if (failure !== undefined) throw failure;
}
const upload = (body: InputOf<'files.upload'>['body'], more: { sha256?: string; call?: TestCall } = {}) => {
  const { call: own = call(), ...options } = more;
  return layer.ports.files.upload({ bucket, path, body, ...options }, own);
};
const stored = async (): Promise<Buffer> => {
  const to = targetToBytes();
  valueOf(await layer.ports.files.download({ bucket, path, to }, call()));
  return Buffer.from(to.bytes() ?? []);
};
const keys = async () => valueOf(await layer.ports.files.list({ bucket }, call())).items.map((object) => object.path);
const sent = (from: number): readonly string[] =>
  proxy
    .log()
    .slice(from)
    .filter((seen) => /resumable|object\/bucket/.test(seen.path) && ['POST', 'PATCH'].includes(seen.method))
    .map(({ method }) => method);
const toldOf = (result: Awaited<ReturnType<typeof upload>>) => {
  const { kind, effect, code } = result._unsafeUnwrapErr();
  return [kind, effect, code];
};

test.each([
  ['nothing', 0, 1],
  ['a little', 5, 1],
  ['exactly one chunk', 6 * MiB, 1],
  ['one byte more', 6 * MiB + 1, 2],
  ['exactly two chunks', 12 * MiB, 2],
  ['more', bytes.byteLength, 3],
])('a stream of unknown size with %s goes up byte-equal', async (_what, sizeBytes, requests) => {
  const content = bytes.subarray(0, sizeBytes);
  const from = proxy.requests();
  const file = valueOf(await upload(sourceFromStream(inPieces(content)), { sha256: sha256Of(content) }));
  expect(file).toMatchObject({ bucket, path, sizeBytes, verified: 'size', id: expect.any(String) });
  expect(sent(from)).toHaveLength(requests);
  expect((await stored()).equals(content)).toBe(true);
});

test.each([
  ['a Node stream', () => sourceFromStream(Readable.from(inPieces(bytes)))],
  ['a web stream', () => sourceFromStream(ReadableStream.from(inPieces(bytes)))],
  ['a stream of known size', () => sourceFromStream(inPieces(bytes), { sizeBytes: bytes.byteLength })],
  ['a Blob', () => sourceFromBlob(new Blob([bytes]))],
])('%s goes up byte-equal', async (_what, make) => {
  valueOf(await upload(make()));
  expect((await stored()).equals(bytes)).toBe(true);
});

describe.each([
  ['of unknown size', {}],
  ['of known size', { sizeBytes: bytes.byteLength }],
])('a stream %s', (_what, size) => {
  const source = () => {
    const stream = inPieces(bytes);
    return 'sizeBytes' in size ? sourceFromStream(stream, { sizeBytes: size.sizeBytes }) : sourceFromStream(stream);
  };

  test.each(['dies', 'diesBefore'] as const)('whose chunk %s on the way goes on from memory', async (fault) => {
    await proxy.break({ fault, times: 1, method: 'PATCH' });
    const own = call();
    valueOf(await upload(source(), { sha256: sha256Of(bytes), call: own }));
    expect(own.notes.join()).toMatch(/a chunk failed; went on after \d+ bytes/);
    expect((await stored()).equals(bytes)).toBe(true);
  });

  test('is not sent again once it is used up, and says so', async () => {
    await proxy.break({ fault: 'status', status: 503, method: 'PATCH' });
    const body = source();
    const first = await upload(body);
    expect(toldOf(first)).toEqual(['failed', 'none', 'SourceSpent']);
    expect(first._unsafeUnwrapErr().message).toMatch(/used up/);
    await proxy.heal();
    const from = proxy.requests();
    expect(toldOf(await upload(body))).toEqual(['failed', 'unknown', 'SourceSpent']);
    expect(proxy.requests()).toBe(from);
    expect(await keys()).toEqual([]);
  });

  test('is looked for when the last answer is lost, and says so when nobody can tell', async () => {
    const loseTheLast = async () => {
      await proxy.break({ fault: 'delay', delayMs: 0, times: 1, method: 'PATCH' });
      await proxy.break({ fault: 'dies', times: 1, method: 'PATCH' });
      await proxy.break({ fault: 'status', status: 503, times: 1, method: 'HEAD' });
    };
    await loseTheLast();
    valueOf(await upload(source()));
    expect((await stored()).equals(bytes)).toBe(true);
    valueOf(await layer.ports.files.remove({ bucket, paths: [path] }, call()));
    await loseTheLast();
    await proxy.break({ fault: 'status', status: 503, times: 1, method: 'GET' });
    expect(toldOf(await upload(source()))).toEqual(['failed', 'unknown', 'SourceSpent']);
  });

  test('that breaks, or has not the checksum, leaves no object', async () => {
    const broken = inPieces(bytes, new Error('disk'));
    const breaking =
      'sizeBytes' in size ? sourceFromStream(broken, { sizeBytes: bytes.byteLength + 1 }) : sourceFromStream(broken);
    expect(toldOf(await upload(breaking))).toEqual(['invalid-request', 'none', 'SourceUnreadable']);
    expect(toldOf(await upload(source(), { sha256: '0'.repeat(64) }))).toEqual(['invalid-request', 'none', undefined]);
    expect(await keys()).toEqual([]);
  });

  test('that is larger than the bucket allows leaves no object', async () => {
    valueOf(await layer.ports.buckets.update({ id: bucket, fileSizeLimit: 8 * MiB }, call()));
    expect(toldOf(await upload(source()))).toEqual(['invalid-request', 'none', 'EntityTooLarge']);
    expect(await keys()).toEqual([]);
  });

  test('never replaces what is there', async () => {
    valueOf(await upload(sourceFromBytes(Buffer.from('theirs'))));
    expect(toldOf(await upload(source())).slice(0, 2)).toEqual(['conflict', 'none']);
    expect((await stored()).toString()).toBe('theirs');
  });
});

test.each([
  ['fewer', bytes.byteLength + 1],
  ['more', bytes.byteLength - 1],
  ['fewer, in one request', 6 * MiB],
])('a stream with %s bytes than it said leaves no object', async (what, sizeBytes) => {
  const content = what.includes('one request') ? bytes.subarray(0, MiB) : bytes;
  const error = (await upload(sourceFromStream(inPieces(content), { sizeBytes })))._unsafeUnwrapErr();
  expect([error.kind, error.effect]).toEqual(['invalid-request', 'none']);
  expect(error.message).toMatch(/(fewer|more) bytes than it said/);
  expect(await keys()).toEqual([]);
});

test('a small stream that was kept goes up at the second attempt', async () => {
  await proxy.break({ fault: 'status', status: 503, times: 1, method: 'POST' });
  const body = sourceFromStream(inPieces(bytes.subarray(0, MiB)));
  expect(toldOf(await upload(body)).slice(0, 2)).toEqual(['unavailable', 'unknown']);
  valueOf(await upload(body));
  expect((await stored()).equals(bytes.subarray(0, MiB))).toBe(true);
});

test('a download goes into a stream as it comes, and a broken one never looks whole', async () => {
  valueOf(await upload(sourceFromBytes(bytes)));
  const [whole, broken] = [new PassThrough(), new PassThrough()];
  const [read, failing] = [buffer(whole), buffer(broken)];
  const received = valueOf(await layer.ports.files.download({ bucket, path, to: targetToStream(whole) }, call()));
  expect([received.verified, (await read).equals(bytes)]).toEqual(['checksum', true]);
  const { writable, readable } = new TransformStream<Uint8Array, Uint8Array>();
  const web = buffer(ReadableStream.from(readable));
  valueOf(await layer.ports.files.download({ bucket, path, to: targetToStream(writable) }, call()));
  expect((await web).equals(bytes)).toBe(true);

  const own = call();
  const stopping = { ...own, progressed: (): void => own.abort() };
  const rejected = expect(failing).rejects.toThrow('not the whole object');
  const ended = await layer.ports.files.download({ bucket, path, to: targetToStream(broken) }, stopping);
  expect(ended._unsafeUnwrapErr().kind).toBe('cancelled');
  await rejected;
});
