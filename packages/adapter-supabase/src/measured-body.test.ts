import { createHash } from 'node:crypto';
import type { FileSource } from '@hybrid-supabase/core';
import { measuredBody } from './measured-body.js';

const chunks = [Buffer.from('one'), Buffer.alloc(0), Buffer.from('two'), Buffer.from('three')];
const whole = Buffer.concat(chunks);

const sourceOf = (sizeBytes: number, failure?: Error): FileSource => ({
  sizeBytes,
  async *open() {
    yield* chunks;
    if (failure) throw failure;
  },
});

const drain = async (source: FileSource, sha256?: string) => {
  const arrived: Uint8Array[] = [];
  let progress = 0;
  const body = measuredBody({ source, sha256, progressed: () => (progress += 1) });
  const failed = await (async () => {
    for await (const chunk of body.bytes) arrived.push(chunk);
  })().then(
    () => false,
    () => true,
  );
  return { bytes: Buffer.concat(arrived), failed, fault: body.fault(), progress };
};

test('sends what the source holds and says that bytes move', async () => {
  const { bytes, failed, fault, progress } = await drain(
    sourceOf(whole.length),
    createHash('sha256').update(whole).digest('hex'),
  );
  expect({ text: bytes.toString(), failed, fault, progress }).toEqual({
    text: 'onetwothree',
    failed: false,
    fault: undefined,
    progress: 3,
  });
});

test.each([
  ['fewer bytes than it said', sourceOf(whole.length + 1), undefined],
  ['more bytes than it said', sourceOf(whole.length - 1), undefined],
  ['other bytes than the checksum says', sourceOf(whole.length), '0'.repeat(64)],
  ['a failure in the end', sourceOf(whole.length, new Error('disk')), undefined],
])('never lets the last bytes go when the source has %s', async (_what, source, sha256) => {
  const { bytes, failed, fault } = await drain(source, sha256);
  expect(bytes.length).toBeLessThan(Math.min(whole.length, source.sizeBytes));
  expect(failed).toBe(true);
  expect(fault).toMatchObject({ kind: 'invalid-request', effect: 'none' });
});

test('an empty source is an empty body', async () => {
  const { bytes, failed } = await drain({
    sizeBytes: 0,
    async *open() {
      yield Buffer.alloc(0);
    },
  });
  expect([bytes.length, failed]).toEqual([0, false]);
});
