import assert from 'node:assert/strict';
import type { Bucket, BucketId, BucketSettings, LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { createFakeLayer, type FakeAnswers, type FakeLayer, type LayerHarness, type Samples } from '../src/index.js';

/** What a vendor's client would know and no error may tell. */
export const secret = 'sb_secret_of_the_fake';

export interface FakeHarness extends LayerHarness {
  readonly layer: FakeLayer;
}

/** A fake with buckets in memory and a storage configuration, and samples of each. */
export const openFakeHarness = (): FakeHarness => {
  const buckets = new Map([['photos', bucket({ id: 'photos', public: true })]]);
  const config = { fileSizeLimit: 50, imageTransformation: false, s3Protocol: false };
  const layer = createFakeLayer({ name: 'fake', answers: { ...answersOver(buckets), ...configAnswers(config) } });
  return {
    layer,
    samples: samplesOver(buckets),
    secrets: [secret],
    sent: () => layer.sent(),
    breakBackend: (fault) => layer.breakBackend(fault),
    heal: () => layer.heal(),
    close: () => layer.close(),
  };
};

const bucket = ({ id, ...settings }: BucketId & BucketSettings): Bucket => ({
  id,
  public: settings.public ?? false,
  fileSizeLimit: settings.fileSizeLimit ?? null,
  allowedMimeTypes: settings.allowedMimeTypes ?? null,
  createdAt: '2026-11-22T20:00:00.000Z',
});

const refused = (kind: 'conflict' | 'not-found'): Result<never, LayerError> =>
  err({ kind, layer: 'fake', effect: 'none', message: 'The bucket is there, or is not.' });

const answersOver = (buckets: Map<string, Bucket>): FakeAnswers => ({
  'buckets.list': () => [...buckets.values()],
  'buckets.get': ({ id }) => buckets.get(id) ?? refused('not-found'),
  'buckets.create': async (input) => {
    if (buckets.has(input.id)) return refused('conflict');
    buckets.set(input.id, bucket(input));
    return ok(bucket(input));
  },
  'buckets.update': (input) => {
    buckets.set(input.id, bucket({ ...buckets.get(input.id), ...input }));
    return buckets.get(input.id) ?? refused('not-found');
  },
});

const configAnswers = (config: {
  fileSizeLimit: number;
  imageTransformation: boolean;
  s3Protocol: boolean;
}): FakeAnswers => ({
  'config.get': () => ({ ...config }),
  'config.update': (input) => ({ ...Object.assign(config, input) }),
});

const samplesOver = (buckets: Map<string, Bucket>): Samples => {
  let created = 0;
  return {
    'buckets.list': {
      input: () => ({}),
      check: (list) => assert.deepEqual(list, [...buckets.values()]),
    },
    'buckets.get': {
      input: () => ({ id: 'photos' }),
      check: (got) => assert.equal(got.id, 'photos'),
    },
    'buckets.create': {
      input: () => ({ id: `new-${(created += 1)}` }),
      check: (made) => assert.deepEqual(made, buckets.get(`new-${created}`)),
    },
    'buckets.update': {
      input: () => ({ id: 'photos', fileSizeLimit: 7 }),
      check: (updated) => assert.equal(updated.fileSizeLimit, 7),
      state: () => buckets.get('photos'),
    },
    'config.get': {
      input: () => ({}),
      check: (config) => assert.equal(typeof config.fileSizeLimit, 'number'),
    },
    'config.update': {
      input: () => ({ s3Protocol: true }),
      check: (config) => assert.equal(config.s3Protocol, true),
    },
  };
};
