import type * as Tus from '@tus/server';
import { randomUUID } from 'node:crypto';
import { databaseFailure } from './database-failure.js';
import { uploadOrderOf, withCacheRule, type ResumableOrder } from './resumable-order.js';
import { StorageFailure } from './storage-failure.js';
import { uploadId } from './upload-id.js';
import { createUploadRules, type UploadRulesOptions } from './upload-rules.js';
import { createUploadStore } from './upload-store.js';
import type { Turn } from './upload-turns.js';

/** How long an open request may go on when a newer one waits for its upload. The hosted service gives it three seconds. */
const lockDrainTimeout = 100;

/** One request for resumable uploads. */
export interface ResumableRequest extends UploadRulesOptions {
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
  const { context, sessions, id, path, turn } = request;
  const rules = createUploadRules(request);
  let created: Created | undefined;
  let writing: Promise<unknown> | undefined;
  const limit = async (): Promise<number> => rules.limit(created?.order ?? (await rules.orderAtAddress()));

  const server = new tus.Server({
    path,
    // The turn was taken when the request came: taken here, a later question could be answered before an earlier part is written.
    locker: {
      newLock: () => ({ lock: async (_signal, askToEnd) => turn?.onWanted(askToEnd), unlock: async () => undefined }),
    },
    lockDrainTimeout,
    respectForwardedHeaders: true,
    datastore: createUploadStore(tus, { ...request, limit, begun: (work) => (writing = work) }),
    getFileIdFromRequest: () => id,
    namingFunction(_request, metadata) {
      created = { order: uploadOrderOf(withCacheRule(metadata ?? {})), version: randomUUID() };
      return uploadId(created.order, created.version);
    },
    maxSize: (_request, upload) => (upload === null ? context.globalFileSizeLimit() : limit()),
    onIncomingRequest: async ({ method, headers }) =>
      created === undefined ? rules.may[method]?.() : rules.mayCreate(created.order, lengthIn(headers)),
    onUploadFinish: async () => ({ headers: { 'Tus-Complete': '1' } }),
    onResponseError: (_request, thrown) => answerTo(thrown),
  });
  const response = await server.handleWeb(sent);
  await Promise.allSettled([writing]);
  // Its address was never told, so nobody could go on with it.
  if (!response.ok && created !== undefined) await sessions.partials.remove(created.version);
  return response;
}

function lengthIn(headers: Headers): number | undefined {
  const length = headers.get('upload-length');
  return length === null ? undefined : Number(length);
}

/** Undefined for what the server has its own words for. */
function answerTo(thrown: unknown): { status_code: number; body: string } | undefined {
  if (typeof thrown === 'object' && thrown !== null && 'status_code' in thrown) return undefined;
  const failure = thrown instanceof StorageFailure ? thrown : databaseFailure(thrown);
  return { status_code: failure.row.statusCode, body: `${failure.message}\n` };
}
