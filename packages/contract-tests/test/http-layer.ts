import { cannot, layerError } from '@hybrid-supabase/core';
import type { Bucket, Call, Layer, LayerError, LayerResult, Ports } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';

const name = 'http';
const lacks = {
  'buckets.get': 'The test server lists only.',
  'buckets.update': 'The test server has no update.',
  'buckets.empty': 'The test server has no objects.',
  'buckets.delete': 'The test server keeps its buckets.',
};

/** The least that a layer over a real wire can be, to show that it can keep the contract. */
export const createHttpLayer = (url: string, key: string): Layer<Pick<Ports, 'buckets'>> => {
  const closing = new AbortController();

  const refusal = ({ signal }: Call): LayerError | undefined => {
    if (closing.signal.aborted)
      return failure({ kind: 'unavailable', effect: 'none', message: 'The layer is closed.' });
    return signal.aborted ? failure({ ...stopOf(signal), effect: 'none' }) : undefined;
  };

  const ask = async (call: Call, body?: unknown): Promise<Result<unknown, LayerError>> => {
    const refused = refusal(call);
    if (refused) return err(refused);
    try {
      const signal = AbortSignal.any([call.signal, closing.signal]);
      const headers = { authorization: `Bearer ${key}` };
      const sent =
        body === undefined ? { headers, signal } : { headers, signal, method: 'POST', body: JSON.stringify(body) };
      return readReply(await (await fetch(`${url}/bucket`, sent)).text());
    } catch (cause) {
      return err(readFailure(cause, call));
    }
  };

  const list = async (call: Call): LayerResult<readonly Bucket[]> =>
    (await ask(call)).andThen((value) => (isListOfBuckets(value) ? ok(value) : err(unreadable())));

  return {
    contract: 1,
    name,
    authority: { role: 'service_role', readOnly: false },
    sharedFate: ['storage-api'],
    lacks,
    ports: {
      buckets: {
        list: (_input, call) => list(call),
        create: async (input, call) =>
          (await ask(call, input)).andThen((value) => (isBucket(value) ? ok(value) : err(unreadable()))),
        get: cannot(name, lacks['buckets.get']),
        update: cannot(name, lacks['buckets.update']),
        empty: cannot(name, lacks['buckets.empty']),
        delete: cannot(name, lacks['buckets.delete']),
      },
    },
    probe: async (call) => (await list(call)).map(() => undefined),
    close: async () => closing.abort(),
  };
};

const failure = (error: Omit<LayerError, 'layer'>): LayerError => layerError({ ...error, layer: name });

const unreadable = (cause?: unknown): LayerError =>
  failure({ kind: 'invalid-reply', effect: 'unknown', message: 'The answer could not be read.', cause });

const readReply = (text: string): Result<unknown, LayerError> => {
  try {
    return ok(JSON.parse(text));
  } catch (cause) {
    return err(unreadable(cause));
  }
};

const readFailure = (cause: unknown, { signal }: Call): LayerError => {
  if (signal.aborted) return failure({ ...stopOf(signal), effect: 'unknown', cause });
  if (codeOf(cause) !== 'ECONNREFUSED')
    return failure({ kind: 'interrupted', effect: 'unknown', message: 'The connection was lost.', cause });
  const hint = 'Start the server.';
  return failure({ kind: 'unavailable', effect: 'none', message: 'The server refused the connection.', hint, cause });
};

const stopOf = ({ reason }: AbortSignal) =>
  memberOf(reason, 'name') === 'TimeoutError'
    ? ({ kind: 'timed-out', message: 'The deadline has passed.' } as const)
    : ({ kind: 'cancelled', message: 'The caller stopped.' } as const);

const memberOf = (value: unknown, member: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, member) : undefined;
const codeOf = (cause: unknown): unknown => memberOf(memberOf(cause, 'cause'), 'code');
const isBucket = (value: unknown): value is Bucket => typeof memberOf(value, 'id') === 'string';
const isListOfBuckets = (value: unknown): value is readonly Bucket[] => Array.isArray(value) && value.every(isBucket);
