import { createHash, randomUUID } from 'node:crypto';
import type { BackendFault } from '@hybrid-supabase/contract-tests';
import type { BucketFiles, RpcRequest, StorageClient, SupabaseClient, VendorReply } from '../src/index.js';
import { testKey } from './test-key.js';

/** A client of the vendor's shape with a small project in memory instead of a wire. */
export interface FakeClient extends SupabaseClient {
  sent(): number;
  break(fault: BackendFault): void;
  heal(): void;
}

interface StoredObject {
  readonly id: string;
  readonly bytes: Buffer;
  readonly contentType: string;
  readonly metadata: Record<string, unknown>;
}

const time = '2026-11-22T20:00:00.000Z';
const done = (data: unknown): VendorReply => ({ data, error: null });
const refused = (code: string, statusCode: string): VendorReply => ({
  data: null,
  error: { message: code, status: 400, statusCode, code },
});
const broken = (originalError: unknown): VendorReply => ({
  data: null,
  error: { message: 'fetch failed', originalError },
});
const system = (code: string): Error => Object.assign(new Error(code), { code });

/** Makes the fake. Operations answer as supabase-js does, faults come back as its errors do. */
export const createFakeClient = (): FakeClient => {
  const buckets = new Map<string, Record<string, unknown>>();
  const objects = new Map<string, StoredObject>();
  const ledger = new Set<unknown>();
  let fault: BackendFault | undefined;
  let sent = 0;

  const gate = async (work: () => VendorReply | Promise<VendorReply>): Promise<VendorReply> => {
    if (fault === 'refuses') return broken(system('ECONNREFUSED'));
    sent += 1;
    if (fault === 'hangs') return new Promise(() => undefined);
    if (fault === 'garbles') return broken(new SyntaxError('Unexpected token'));
    const reply = await work();
    return fault === 'dies' ? broken(system('UND_ERR_SOCKET')) : reply;
  };
  // A client that throws does so at once, not in its promise.
  const send = (work: () => VendorReply | Promise<VendorReply>): Promise<VendorReply> => {
    if (fault === 'throws') throw new Error('the client threw');
    return gate(work);
  };
  const withBucket = (id: string, work: () => VendorReply): Promise<VendorReply> =>
    send(() => (buckets.has(id) ? work() : refused('NoSuchBucket', '404')));
  const withObject = (name: string, work: (object: StoredObject) => VendorReply): Promise<VendorReply> =>
    send(() => {
      const object = objects.get(name);
      return object === undefined ? refused('NoSuchKey', '404') : work(object);
    });

  const from = (bucket: string): BucketFiles => {
    const nameOf = (path: string, encoded = false): string => `${bucket}/${encoded ? decodeURIComponent(path) : path}`;
    const relocate = (from: string, to: string, keep: boolean): Promise<VendorReply> =>
      withObject(nameOf(from), (object) => {
        objects.set(to, object);
        if (!keep) objects.delete(nameOf(from));
        return done({ message: 'done' });
      });
    return {
      upload: (path, body, { contentType, metadata = {} }) =>
        send(async () => {
          const chunks: Uint8Array[] = [];
          for await (const chunk of body instanceof Uint8Array ? [body] : body) chunks.push(chunk);
          if (objects.has(nameOf(path, true))) return refused('KeyAlreadyExists', '409');
          const id = randomUUID();
          objects.set(nameOf(path, true), { id, bytes: Buffer.concat(chunks), contentType, metadata });
          return done({ id, path, fullPath: nameOf(path, true) });
        }),
      download: (path) => ({
        asStream: () => withObject(nameOf(path, true), ({ bytes }) => done(new Blob([bytes]).stream())),
      }),
      info: (path) =>
        withObject(nameOf(path, true), ({ bytes, ...object }) =>
          done({ ...object, size: bytes.length, etag: etagOf(bytes), createdAt: time, lastModified: time }),
        ),
      listV2: ({ prefix }) =>
        send(() => {
          const start = nameOf(String(prefix));
          const found = [...objects]
            .filter(([name]) => name.startsWith(start))
            .sort(([one], [other]) => (one < other ? -1 : 1));
          return done({
            hasNext: false,
            folders: [],
            objects: found.map(([name, object]) => rowOf(name.slice(bucket.length + 1), object)),
          });
        }),
      move: (path, to, { destinationBucket }) => relocate(path, `${destinationBucket}/${to}`, false),
      copy: (path, to, { destinationBucket }) => relocate(path, `${destinationBucket}/${to}`, true),
      remove: (paths) =>
        send(() => done(paths.filter((path) => objects.delete(nameOf(path))).map((name) => ({ name })))),
      createSignedUrl: (path) =>
        withObject(nameOf(path), () => done({ signedUrl: `/object/sign/${nameOf(path)}?token=` })),
      createSignedUrls: ([path = '']) =>
        send(() =>
          done([
            { path, error: null, signedURL: `/object/sign/${nameOf(path)}?token=${testKey({ exp: 2_000_000_000 })}` },
          ]),
        ),
      createSignedUploadUrl: () => send(() => done({ token: testKey({ exp: 2_000_000_000 }) })),
      purgeCache: () => send(() => done({ message: 'done' })),
    };
  };

  const storage: StorageClient = {
    from,
    listBuckets: () => send(() => done([...buckets.values()])),
    getBucket: (id) => withBucket(id, () => done(buckets.get(id))),
    createBucket: (id, settings = {}) =>
      send(() => {
        buckets.set(id, {
          id,
          public: settings.public,
          file_size_limit: settings.fileSizeLimit,
          allowed_mime_types: settings.allowedMimeTypes,
          created_at: time,
        });
        return done({ name: id });
      }),
    updateBucket: (id, settings) =>
      withBucket(id, () => {
        buckets.set(id, { ...buckets.get(id), ...settings });
        return done({ message: 'done' });
      }),
    emptyBucket: (id) =>
      withBucket(id, () => {
        for (const name of [...objects.keys()]) if (name.startsWith(`${id}/`)) objects.delete(name);
        return done({ message: 'queued' });
      }),
    deleteBucket: (id) =>
      withBucket(id, () => {
        buckets.delete(id);
        return done({ message: 'done' });
      }),
  };

  /** Every statement gives one row `{ n: 7 }`; the ledger knows the keys that ran. */
  const answerOf = (values: Record<string, unknown>): string => {
    const { kind, key } = membersOf(values['request']);
    const results = [{ names: { n: null }, types: [['integer', 'integer']], rows: [{ n: 7 }] }];
    if (kind === 'settle') return textOf(ledger.has(key) ? { state: 'happened', results } : { state: 'fenced' });
    if (kind === 'run') ledger.add(key);
    return textOf(results);
  };
  const rpc = (_name: string, values: Record<string, unknown>): RpcRequest => {
    const reply = send(() => done(answerOf(values))).then(({ data, error }) =>
      error === null ? done(data) : restError(error),
    );
    const request: RpcRequest = { retry: () => request, then: (resolve, reject) => reply.then(resolve, reject) };
    return request;
  };

  return { storage, rpc, sent: () => sent, break: (next) => void (fault = next), heal: () => void (fault = undefined) };
};

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

const rowOf = (name: string, { id, bytes, contentType }: StoredObject) => ({
  name,
  id,
  updated_at: time,
  metadata: { size: bytes.length, mimetype: contentType, eTag: etagOf(bytes) },
});

const textOf = (json: unknown): string => Buffer.from(JSON.stringify(json)).toString('base64');

const membersOf = (value: unknown): Record<string, unknown> => ({ ...(typeof value === 'object' ? value : {}) });

/** The Data API's client has no original error: the code stands in its text, and what it cannot read is the message. */
const restError = (error: unknown): VendorReply => {
  const original = membersOf(error)['originalError'];
  if (original instanceof SyntaxError) return done({ what: 'is this' });
  return {
    data: null,
    error: {
      message: 'TypeError: fetch failed',
      details: `Caused by: Error (${String(membersOf(original)['code'])})`,
      hint: '',
      code: '',
    },
  };
};
