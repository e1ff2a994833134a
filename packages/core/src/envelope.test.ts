import { errAsync, okAsync } from 'neverthrow';
import { toEnvelope } from './envelope.js';
import type { HybridError, Served } from './result.js';

test('a served call gives its data, the layer and the trail', async () => {
  const trail = [{ layer: 'mcp', did: 'served', ms: 3, attempt: 1 }] as const;
  expect(
    await toEnvelope(okAsync<Served<string>, HybridError>({ data: 'photos', layer: 'mcp', trail })),
  ).toMatchSnapshot();
});

test('a failed call gives the error without its cause', async () => {
  const error: HybridError = {
    kind: 'conflict',
    operation: 'buckets.create',
    layer: 'mcp',
    effect: 'none',
    message: 'The bucket exists.',
    code: 'BucketAlreadyExists',
    cause: new Error('kept for debugging, never serialised'),
    trail: [{ layer: 'mcp', did: 'failed', ms: 3, attempt: 1, kind: 'conflict', effect: 'none' }],
  };
  expect(await toEnvelope(errAsync<Served<string>, HybridError>(error))).toMatchSnapshot();
});

test('a call that was never sent names no layer', async () => {
  const error: HybridError = {
    kind: 'no-layer',
    operation: 'files.upload',
    effect: 'none',
    message: 'No layer has files.upload.',
    trail: [{ layer: 'mcp', did: 'skipped', ms: 0, reason: 'capability', why: 'has no such port' }],
  };
  expect(await toEnvelope(errAsync<Served<string>, HybridError>(error))).toMatchSnapshot();
});

test('the envelope has exactly five members', async () => {
  const envelope = await toEnvelope(okAsync<Served<number>, HybridError>({ data: 1, layer: 'mcp', trail: [] }));
  expect(Object.keys(envelope).sort()).toEqual(['data', 'error', 'layerUsed', 'metadata', 'success']);
});
