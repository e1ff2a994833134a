import { Hono } from 'hono';
import { PassThrough, Readable } from 'node:stream';
import { afterBody } from './request-bytes.js';
import { resumableAnswer } from './resumable-server.js';
import type { StorageContext, StorageEnv, StorageRequest } from './storage-context.js';
import { bearerCaller, signedCaller, type UploadCaller } from './upload-caller.js';
import { versionOf } from './upload-id.js';
import type { UploadSessions } from './upload-sessions.js';

/** How long a request that had to make room may send on, so that it gets to its answer. */
const madeRoomDrainMs = 500;

type FindCaller = (context: StorageContext, c: StorageRequest) => UploadCaller;

const nobody: UploadCaller = { upsert: false, owner: undefined, who: undefined, onlyFor: undefined };

/** `/upload/resumable`: TUS 1.0.0, by token; below `/sign` by the signature of a signed upload. */
export function resumableRoutes(context: StorageContext, sessions: UploadSessions): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();
  const serve = (find: FindCaller) => async (c: StorageRequest, next: () => Promise<void>) => {
    if (c.req.raw.method === 'GET') return next();
    return answer(context, sessions, { c, find });
  };
  routes.all('/sign', serve(signedCaller));
  routes.all('/sign/:id', serve(signedCaller));
  routes.all('/', serve(bearerCaller));
  routes.all('/:id', serve(bearerCaller));
  return routes;
}

async function answer(
  context: StorageContext,
  sessions: UploadSessions,
  { c, find }: { c: StorageRequest; find: FindCaller },
): Promise<Response> {
  const caller = c.req.raw.method === 'OPTIONS' ? undefined : find(context, c);
  const id = c.req.param('id');
  const version = id === undefined || caller === undefined ? undefined : versionOf(id);
  const path = id === undefined ? c.req.path : c.req.path.slice(0, -id.length - 1);
  const turn = version === undefined ? undefined : await sessions.turns.take(version);
  let response: Response;
  try {
    // Only to be had as an ES module, and only loaded when somebody uploads this way.
    const tus = await import('@tus/server');
    response = await resumableAnswer(
      tus,
      { context, sessions, caller: caller ?? nobody, id, path, turn },
      requestOf(c),
    );
  } finally {
    turn?.end();
  }
  const madeRoom = response.ok && response.headers.get('connection') === 'close';
  return afterBody(c, response, madeRoom ? madeRoomDrainMs : undefined);
}

/** The body goes through a pipe that can be taken off: a stream over the request itself would hold back what is left of it. */
function requestOf(c: StorageRequest): Request {
  const { method, headers } = c.req.raw;
  const hasBody = method === 'POST' || method === 'PATCH';
  return new Request(c.req.url, { method, headers, ...(hasBody && { body: bodyOf(c), duplex: 'half' }) });
}

function bodyOf(c: StorageRequest): ReadableStream<Uint8Array> {
  const { incoming } = c.env;
  const copy = new PassThrough();
  const body = Readable.toWeb(copy);
  const closed = (): unknown => incoming.readableEnded || copy.destroy(new Error('The client went away.'));
  // It may have left while another had the turn.
  if (incoming.destroyed) closed();
  else incoming.once('close', closed).pipe(copy);
  return body;
}
