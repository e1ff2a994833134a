import type { FileHandle } from 'node:fs/promises';
import { byteRange, type ByteRange } from './byte-range.js';
import { fileStream } from './file-stream.js';
import type { ObjectPlace } from './object-place.js';
import type { ObjectRow } from './object-rows.js';
import type { StorageContext, StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import type { FindObject } from './visible-object.js';

interface OpenObject {
  readonly row: ObjectRow;
  readonly handle: FileHandle;
  readonly sizeBytes: number;
}

/** How often an object may be replaced between its row and its bytes before it counts as gone. */
const openAttempts = 3;

async function openObject({ files }: StorageContext, place: ObjectPlace, find: FindObject): Promise<OpenObject> {
  for (let attempt = 0; attempt < openAttempts; attempt += 1) {
    const row = await find(place);
    const handle = await files.open(place.bucket, row.version ?? '');
    if (handle !== undefined) return { row, handle, sizeBytes: (await handle.stat()).size };
  }
  throw new StorageFailure('NoSuchKey');
}

/** Answers a download: whole, a range, or "not modified". With `expires` the answer says so in place of its cache rule. */
export async function sendObject(
  context: StorageContext,
  c: StorageRequest,
  { place, find, expires }: { place: ObjectPlace; find: FindObject; expires?: Date },
): Promise<Response> {
  const object = await openObject(context, place, find);
  let streaming = false;
  try {
    const headers = headersOf(object, c, expires);
    if (isUnchanged(object.row, c)) return new Response(null, { status: 304, headers });
    const asked = c.req.header('range');
    const range = asked === undefined ? undefined : byteRange(asked, object.sizeBytes);
    const { first, last } = range ?? { first: 0, last: object.sizeBytes - 1 };
    headers.set('content-length', String(last - first + 1));
    if (range) headers.set('content-range', `bytes ${first}-${last}/${object.sizeBytes}`);
    streaming = c.req.raw.method !== 'HEAD' && first <= last;
    const body = streaming ? fileStream(object.handle, { first, last } satisfies ByteRange) : null;
    return new Response(body, { status: range ? 206 : 200, headers });
  } finally {
    if (!streaming) await object.handle.close();
  }
}

const lastModified = (row: ObjectRow): Date => new Date(row.metadata?.lastModified ?? row.updated_at);

function isUnchanged(row: ObjectRow, c: StorageRequest): boolean {
  const match = c.req.header('if-none-match');
  if (match !== undefined) return match === row.metadata?.eTag;
  const since = Date.parse(c.req.header('if-modified-since') ?? '');
  return Math.floor(lastModified(row).getTime() / 1000) * 1000 <= since;
}

function headersOf({ row }: OpenObject, c: StorageRequest, expires: Date | undefined): Headers {
  const { metadata } = row;
  const headers = new Headers({
    'accept-ranges': 'bytes',
    // Pages are never served as pages, as on the hosted service.
    'content-type': (metadata?.mimetype ?? 'application/octet-stream').replace('text/html', 'text/plain'),
    etag: metadata?.eTag ?? '',
    'last-modified': lastModified(row).toUTCString(),
    'x-robots-tag': 'none',
  });
  if (expires) headers.set('expires', expires.toUTCString());
  else headers.set('cache-control', cacheControl(metadata?.cacheControl ?? 'no-cache', c));
  const download = c.req.query('download');
  if (download !== undefined) headers.set('content-disposition', disposition(download));
  return headers;
}

const cacheControl = (rule: string, c: StorageRequest): string =>
  c.req.header('if-none-match') === undefined ? rule : `${rule}, stale-while-revalidate=30`;

function disposition(name: string): string {
  if (name === '') return 'attachment;';
  const encoded = encodeURIComponent(name);
  return `attachment; filename=${encoded}; filename*=UTF-8''${encoded};`;
}
