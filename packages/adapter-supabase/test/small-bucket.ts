import { createHash } from 'node:crypto';
import type { SupabaseLayer } from '../src/index.js';
import { createSupabaseLayer } from '../src/index.js';
import { testKey } from './test-key.js';

/** A project with one bucket `b`, in memory, behind a fetch of its own. */
export interface SmallBucket {
  readonly layer: SupabaseLayer;
  /** Bytes by key. */
  readonly objects: Map<string, Uint8Array<ArrayBuffer>>;
  /** Keys that may not be removed: the service says nothing about them. */
  readonly denied: Set<string>;
  /** What an object's tag is. @default the MD5 of its bytes */
  tagOf: (bytes: Uint8Array) => string;
  /** Answers a request in place of the bucket. */
  instead: (method: string, path: string) => Response | Promise<Response> | undefined;
}

const time = '2026-11-22T20:00:00.000Z';
const pageSize = 1000;

/** Makes the {@link SmallBucket}. */
export const createSmallBucket = (names: readonly string[] = []): SmallBucket => {
  const objects = new Map(names.map((name) => [name, Buffer.from(`remote ${name}`)]));
  const rowOf = (name: string, bytes: Uint8Array) => ({
    ...{ name, id: name, updated_at: time },
    metadata: { size: bytes.byteLength, mimetype: 'text/plain', eTag: bucket.tagOf(bytes) },
  });
  let listed: readonly string[] = [];
  const list = ({ prefix, cursor }: { readonly prefix: string; readonly cursor?: string }): Response => {
    // One list is of one moment, so that a long one is sorted once.
    if (cursor === undefined) listed = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    const from = Number(cursor ?? 0);
    const rows = listed.slice(from, from + pageSize).map((key) => rowOf(key, objects.get(key) ?? new Uint8Array()));
    const hasNext = from + pageSize < listed.length;
    return Response.json({ hasNext, folders: [], objects: rows, ...(hasNext && { nextCursor: `${from + pageSize}` }) });
  };
  const remove = ({ prefixes }: { readonly prefixes: readonly string[] }): Response =>
    Response.json(
      prefixes.flatMap((name) => (!bucket.denied.has(name) && objects.delete(name) ? [{ name, id: name }] : [])),
    );
  const get = (key: string): Response => {
    const bytes = objects.get(key);
    if (bytes === undefined) return Response.json({ statusCode: '404', code: 'NoSuchKey' }, { status: 400 });
    const headers = {
      etag: bucket.tagOf(bytes),
      'content-length': `${bytes.byteLength}`,
      'content-type': 'text/plain',
    };
    return new Response(bytes, { headers });
  };
  const answer: typeof fetch = async (input, init = {}) => {
    const method = init.method ?? 'GET';
    const path = decodeURIComponent(new URL(String(input)).pathname.replace('/storage/v1', ''));
    const body = await bytesOf(init.body);
    const other = bucket.instead(method, path);
    if (other !== undefined) return other;
    if (path === '/object/list-v2/b') return list(JSON.parse(body.toString()));
    if (path === '/bucket/b') return Response.json({ id: 'b', name: 'b', public: false, created_at: time });
    if (method === 'DELETE') return remove(JSON.parse(body.toString()));
    const key = path.slice('/object/b/'.length);
    if (method === 'GET') return get(key);
    objects.set(key, body);
    return Response.json({ Id: key, Key: `b/${key}` });
  };
  const bucket: SmallBucket = {
    layer: createSupabaseLayer({
      ...{ url: 'https://abc.supabase.co', key: testKey({ role: 'service_role' }), fetch: answer },
    }),
    objects,
    denied: new Set(),
    tagOf: (bytes) => `"${createHash('md5').update(bytes).digest('hex')}"`,
    instead: () => undefined,
  };
  return bucket;
};

const bytesOf = async (body: RequestInit['body']): Promise<Buffer<ArrayBuffer>> =>
  body === undefined || body === null ? Buffer.alloc(0) : Buffer.from(await new Response(body).arrayBuffer());
