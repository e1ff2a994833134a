import { err, ok, type Result } from 'neverthrow';
import { unreadable, type Failure } from './failure.js';
import { networkFailureOf } from './network-failure.js';
import { numberOf } from './read-value.js';
import { resumableFailureOf } from './resumable-failure.js';
import { retryAfterOf } from './retry-after.js';

/** The resumable protocol (TUS 1.0.0) of one project, request by request: https://tus.io/protocols/resumable-upload */
export interface ResumableApi {
  /** Makes a place and puts the first bytes there. */
  create(order: UploadOrder, body: ChunkBody): Promise<Result<UploadPlace, Failure>>;
  /** Gives how many bytes are there now. */
  append(place: UploadPlace & UploadEnd, body: ChunkBody, upsert: boolean): Promise<Result<number, Failure>>;
  /** How many bytes are there. */
  offset(id: string): Promise<Result<number, Failure>>;
  /** Gives the place back; nobody waits for the outcome. */
  drop(id: string): Promise<void>;
}

/** What is to become of the bytes. */
export interface UploadOrder {
  /** Undefined where the last chunk will tell. */
  readonly sizeBytes: number | undefined;
  readonly upsert: boolean;
  /** Names and values as the Storage API reads them. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** An unfinished upload. */
export interface UploadPlace {
  /** The end of its address; the rest is the project's own, so that a key never goes to an address out of an answer. */
  readonly id: string;
  readonly offset: number;
}

/** How large the whole is, for a place that was made without saying so. */
export interface UploadEnd {
  readonly endBytes?: number;
}

/** The bytes of one request. */
export interface ChunkBody {
  readonly sizeBytes: number;
  stream(): ReadableStream<Uint8Array>;
}

/** What the API is reached with. */
export interface ResumableApiOptions {
  readonly fetch: typeof fetch;
  readonly url: string;
  readonly key: string;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
}

const body = (chunk: ChunkBody): RequestInit => ({ body: chunk.stream(), duplex: 'half' });

/** Makes the {@link ResumableApi}. */
export const createResumableApi = ({ fetch: send, url, key, nowMs }: ResumableApiOptions): ResumableApi => {
  const endpoint = `${url.replace(/\/+$/, '')}/storage/v1/upload/resumable`;
  const own = { 'tus-resumable': '1.0.0', apikey: key, authorization: `Bearer ${key}` };

  const ask = async (
    address: string,
    init: RequestInit & { readonly method: string },
  ): Promise<Result<Response, Failure>> => {
    try {
      const answer = await send(address, { ...init, headers: { ...own, ...init.headers } });
      const text = await answer.text();
      if (answer.ok) return ok(answer);
      const failure = resumableFailureOf(answer.status, text, init.method === 'POST');
      const retryAfterMs = retryAfterOf(answer.headers, nowMs());
      return err(retryAfterMs === undefined ? failure : { ...failure, retryAfterMs });
    } catch (cause) {
      return err({ ...networkFailureOf(cause), cause });
    }
  };
  const at = (id: string): string => `${endpoint}/${id}`;

  return {
    async create({ sizeBytes, upsert, metadata }, chunk) {
      const answer = await ask(endpoint, {
        method: 'POST',
        headers: {
          ...chunkHeaders(chunk, upsert),
          ...(sizeBytes === undefined ? { 'upload-defer-length': '1' } : { 'upload-length': String(sizeBytes) }),
          'upload-metadata': metadataHeader(metadata),
        },
        ...body(chunk),
      });
      if (answer.isErr()) return err(answer.error);
      const id = idOf(answer.value.headers.get('location'));
      const offset = offsetOf(answer.value);
      if (id === undefined || offset === undefined || offset > chunk.sizeBytes)
        return err({ ...unreadable, effect: 'none' });
      return ok({ id, offset });
    },
    async append({ id, offset, endBytes }, chunk, upsert) {
      const answer = await ask(at(id), {
        method: 'PATCH',
        headers: {
          ...chunkHeaders(chunk, upsert),
          'upload-offset': String(offset),
          ...(endBytes !== undefined && { 'upload-length': String(endBytes) }),
        },
        ...body(chunk),
      });
      // A service that took nothing would be sent the same for ever, and one that has more than it was sent, another's bytes.
      return answer
        .andThen(readOffset)
        .andThen((now) => (now > offset && now <= offset + chunk.sizeBytes ? ok(now) : err(unreadable)));
    },
    async offset(id) {
      return (await ask(at(id), { method: 'HEAD' })).andThen(readOffset);
    },
    async drop(id) {
      await ask(at(id), { method: 'DELETE' });
    },
  };
};

// The rights are checked again with each request, by the headers of that request.
const chunkHeaders = (chunk: ChunkBody, upsert: boolean): Record<string, string> => ({
  'x-upsert': String(upsert),
  'content-type': 'application/offset+octet-stream',
  'content-length': String(chunk.sizeBytes),
});

const metadataHeader = (metadata: UploadOrder['metadata']): string =>
  Object.entries(metadata)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',');

const offsetOf = ({ headers }: Response): number | undefined => numberOf(headers.get('upload-offset') ?? undefined);

const readOffset = (answer: Response): Result<number, Failure> => {
  const offset = offsetOf(answer);
  return offset === undefined ? err(unreadable) : ok(offset);
};

/** Whether this can be the end of an upload's address, and leads nowhere else. */
export const isUploadId = (id: string): boolean => /^[A-Za-z0-9_-]+=*$/.test(id);

const idOf = (location: string | null): string | undefined => {
  const end = location?.slice(location.lastIndexOf('/') + 1);
  return end !== undefined && isUploadId(end) ? end : undefined;
};
