import type * as Tus from '@tus/server';
import { randomUUID } from 'node:crypto';
import { bucketOf } from './bucket-rows.js';
import { databaseFailure, sqlStateOf } from './database-failure.js';
import { uploadOrderOf, withCacheRule, type ResumableOrder } from './resumable-order.js';
import type { StorageContext } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import { TusFailure } from './tus-failure.js';
import type { UploadCaller } from './upload-caller.js';
import { uploadId } from './upload-id.js';
import { checkAgainst, sizeLimit } from './upload-object.js';
import { checkMayUpload, checkSignedFor } from './upload-rights.js';
import type { UploadSessions } from './upload-sessions.js';
import { createUploadStore } from './upload-store.js';
import type { Turn } from './upload-turns.js';

/** How long an open request may go on when a newer one waits for its upload. The hosted service gives it three seconds. */
const lockDrainTimeout = 100;

/** One request for resumable uploads. */
export interface ResumableRequest {
  readonly context: StorageContext;
  readonly sessions: UploadSessions;
  readonly caller: UploadCaller;
  /** The end of the address; undefined where uploads are created. */
  readonly id: string | undefined;
  /** Path of the collection, where new addresses begin. */
  readonly path: string;
  /** At the upload of the address; undefined where there is none. */
  readonly turn: Turn | undefined;
}

interface Created {
  readonly order: ResumableOrder;
  readonly version: string;
}

/** The answer of the protocol to one request. Its server is made anew each time, so that every rule knows who is asking. */
export async function resumableAnswer(tus: typeof Tus, request: ResumableRequest, sent: Request): Promise<Response> {
  const { context, sessions, caller, id, path, turn } = request;
  let created: Created | undefined;
  let writing: Promise<unknown> | undefined;

  const orderOf = async (): Promise<ResumableOrder> =>
    created?.order ?? uploadOrderOf((await sessions.find(id ?? '')).metadata);

  async function limit(): Promise<number> {
    const order = await orderOf();
    return sizeLimit(context, await bucketOf(context, order.bucket), order.key);
  }

  const rules: { readonly [method: string]: (headers: Headers) => Promise<void> } = {
    POST: async (headers) => {
      const order = await orderOf();
      const length = headers.get('upload-length');
      const sizeBytes = length === null ? undefined : Number(length);
      const most = await limit();
      if (sizeBytes !== undefined && sizeBytes > most) throw new TusFailure('tooLarge');
      checkAgainst(await bucketOf(context, order.bucket), { ...order, sizeBytes }, order.key, most);
      await checkMayUpload(context, { caller, operation: 'tus.upload.create', order, sizeBytes });
    },
    PATCH: async () => {
      const { metadata, sizeBytes } = await sessions.find(id ?? '');
      const wish = { caller, order: uploadOrderOf(metadata), sizeBytes: sizeBytes ?? undefined };
      await checkMayUpload(context, { ...wish, operation: 'tus.upload.part' });
    },
    DELETE: async () => {
      const { metadata, sizeBytes, finished } = await sessions.find(id ?? '');
      const wish = { caller, order: uploadOrderOf(metadata), sizeBytes: sizeBytes ?? undefined };
      const allowed = checkMayUpload(context, { ...wish, operation: 'tus.upload.delete' });
      // Whoever lost the key to another may still give up; the duplicate is found only after the policies have agreed.
      await allowed.catch((thrown: unknown) => {
        if (finished || sqlStateOf(thrown) !== '23505') throw thrown;
      });
    },
    HEAD: async () => checkSignedFor(caller, await orderOf()),
  };

  const server = new tus.Server({
    path,
    // The turn was taken when the request came: taken here, a later question could be answered before an earlier part is written.
    locker: {
      newLock: () => ({ lock: async (_signal, askToEnd) => turn?.onWanted(askToEnd), unlock: async () => undefined }),
    },
    lockDrainTimeout,
    respectForwardedHeaders: true,
    datastore: createUploadStore(tus, { context, sessions, caller, limit, begun: (work) => (writing = work) }),
    getFileIdFromRequest: () => id,
    namingFunction(_request, metadata) {
      created = { order: uploadOrderOf(withCacheRule(metadata ?? {})), version: randomUUID() };
      return uploadId(created.order, created.version);
    },
    maxSize: (_request, upload) => (upload === null ? context.globalFileSizeLimit() : limit()),
    onIncomingRequest: async ({ method, headers }) => rules[method]?.(headers),
    onUploadFinish: async () => ({ headers: { 'Tus-Complete': '1' } }),
    onResponseError: (_request, thrown) => answerTo(thrown),
  });
  const response = await server.handleWeb(sent);
  await Promise.allSettled([writing]);
  // Its address was never told, so nobody could go on with it.
  if (!response.ok && created !== undefined) await sessions.partials.remove(created.version);
  return response;
}

/** Undefined for what the server has its own words for. */
function answerTo(thrown: unknown): { status_code: number; body: string } | undefined {
  if (typeof thrown === 'object' && thrown !== null && 'status_code' in thrown) return undefined;
  const failure = thrown instanceof StorageFailure ? thrown : databaseFailure(thrown);
  return { status_code: failure.row.statusCode, body: `${failure.message}\n` };
}
