import {
  createServer,
  request as sendRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { connect, createServer as createListener } from 'node:net';
import { startFaultyProxy, type FaultyProxy } from '../src/index.js';

interface Target {
  readonly url: string;
  /** Requests whose body arrived whole. */
  readonly effects: string[];
  close(): Promise<void>;
}

let target: Target;
let proxy: FaultyProxy;

beforeEach(async () => {
  target = await startTarget();
  proxy = await startFaultyProxy({ target: target.url });
});

afterEach(async () => {
  await proxy.close();
  await target.close();
});

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
};

const reply = async (request: IncomingMessage, response: ServerResponse, effects: string[]): Promise<void> => {
  const body = await bodyOf(request);
  effects.push(`${request.method} ${request.url} ${body}`);
  response.writeHead(201, { 'content-type': 'text/plain', 'x-host': request.headers.host ?? '' });
  response.end(`echo ${body}`);
};

const startTarget = async (): Promise<Target> => {
  const effects: string[] = [];
  const server = createServer((request, response) => void reply(request, response, effects));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url: `http://127.0.0.1:${portOf(server)}`, effects, close };
};

const post = (path: string, body = 'hello', init: RequestInit = {}): Promise<Response> =>
  fetch(`${proxy.url}${path}`, { method: 'POST', body, ...init });

const openGate = (): { readonly opened: Promise<void>; readonly open: () => void } => {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = () => resolve();
  });
  return { opened, open: () => open() };
};

/** The code of a request's failure on the wire, or its status when it was answered. */
const outcomeOf = async (pending: Promise<Response>): Promise<unknown> => {
  try {
    return (await pending).status;
  } catch (error) {
    const cause: unknown = typeof error === 'object' && error !== null && 'cause' in error ? error.cause : error;
    return typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : cause;
  }
};

const isListening = (url: string): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    socket.on('connect', () => resolve(true));
    socket.on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });

test('a whole proxy passes method, path, query, headers and both bodies on', async () => {
  const response = await post('/a/b?c=d');
  expect(response.status).toBe(201);
  expect(response.headers.get('content-type')).toBe('text/plain');
  expect(await response.text()).toBe('echo hello');
  expect(target.effects).toEqual(['POST /a/b?c=d hello']);
});

test('the target sees the host that the client asked for', async () => {
  const response = await post('/');
  expect(response.headers.get('x-host')).toBe(new URL(proxy.url).host);
});

test('a body of several megabytes passes both ways', async () => {
  const body = 'x'.repeat(8 * 1024 * 1024);
  const response = await post('/large', body);
  expect((await response.text()).length).toBe('echo '.length + body.length);
});

test('an answer streams: its first bytes come before its last are sent', async () => {
  const gate = openGate();
  const server = createServer((_request, response) => {
    response.write('first');
    void gate.opened.then(() => response.end(' last'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const streaming = await startFaultyProxy({ target: `http://127.0.0.1:${portOf(server)}/` });
  const reader = (await fetch(streaming.url)).body?.getReader();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('first');
  gate.open();
  expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe(' last');
  await streaming.close();
  await new Promise((resolve) => server.close(resolve));
});

test('a request streams: its first bytes arrive before its last are sent', async () => {
  const arrived = openGate();
  const server = createServer((request, response) => {
    request.once('data', arrived.open);
    request.on('end', () => response.end('done'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const streaming = await startFaultyProxy({ target: `http://127.0.0.1:${portOf(server)}` });
  const answered = openGate();
  const request = sendRequest(streaming.url, { method: 'PUT' }, (response) =>
    response.resume().on('end', answered.open),
  );
  request.write('first');
  await arrived.opened;
  request.end('last');
  await answered.opened;
  await streaming.close();
  await new Promise((resolve) => server.close(resolve));
});

test('a client that goes away ends the request to the target', async () => {
  const started = openGate();
  const gone = openGate();
  const server = createServer((request) => {
    started.open();
    request.socket.on('close', gone.open);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const abandoned = await startFaultyProxy({ target: `http://127.0.0.1:${portOf(server)}` });
  const controller = new AbortController();
  const pending = outcomeOf(fetch(abandoned.url, { signal: controller.signal }));
  await started.opened;
  controller.abort();
  await Promise.all([pending, gone.opened]);
  await abandoned.close();
  await new Promise((resolve) => server.close(resolve));
});

test('it counts what arrived and logs method and path, never the query', async () => {
  await post('/a?token=t');
  await fetch(`${proxy.url}/b`);
  expect(proxy.requests()).toBe(2);
  expect(proxy.requests(/^\/a$/g)).toBe(1);
  expect(proxy.log()).toEqual([
    { method: 'POST', path: '/a' },
    { method: 'GET', path: '/b' },
  ]);
});

test('refuses: the connection is refused, nothing arrives, and healing opens the same port', async () => {
  await post('/before');
  expect(await proxy.break('refuses')).toBe(true);
  expect(await outcomeOf(post('/refused'))).toBe('ECONNREFUSED');
  expect(proxy.requests()).toBe(1);
  await proxy.heal();
  expect(await outcomeOf(post('/after'))).toBe(201);
});

test('another fault after refuses takes its place', async () => {
  await proxy.break('refuses');
  await proxy.break({ fault: 'status', status: 503 });
  expect(await outcomeOf(post('/'))).toBe(503);
});

test('hangs: the request arrives and no answer comes until the client gives up', async () => {
  await proxy.break('hangs');
  const controller = new AbortController();
  const pending = outcomeOf(post('/', 'hello', { signal: controller.signal }));
  while (proxy.requests() === 0) await new Promise((resolve) => setImmediate(resolve));
  controller.abort();
  await pending;
  expect(target.effects).toEqual([]);
});

test('garbles: the answer is a 200 that calls itself JSON and is none', async () => {
  await proxy.break('garbles');
  const response = await post('/');
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toBe('application/json');
  await expect(response.json()).rejects.toThrow();
});

test('dies: the effect has happened by the time the connection is cut', async () => {
  await proxy.break('dies');
  expect(await outcomeOf(post('/', 'effect'))).toBe('UND_ERR_SOCKET');
  expect(target.effects).toEqual(['POST / effect']);
});

test('diesBefore: the connection is cut and nothing has happened', async () => {
  await proxy.break('diesBefore');
  expect(await outcomeOf(post('/', 'effect'))).toBe('UND_ERR_SOCKET');
  expect(proxy.requests()).toBe(1);
  expect(target.effects).toEqual([]);
});

test('delay: the request is forwarded later', async () => {
  await proxy.break({ fault: 'delay', delayMs: 40 });
  const startMs = performance.now();
  expect(await outcomeOf(post('/'))).toBe(201);
  expect(performance.now() - startMs).toBeGreaterThan(35);
});

test('status: the proxy answers by itself with status, headers and body', async () => {
  await proxy.break({ fault: 'status', status: 429, headers: { 'retry-after': '7' }, body: '{"message":"slow down"}' });
  const response = await post('/');
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
  expect(await response.json()).toEqual({ message: 'slow down' });
  expect(target.effects).toEqual([]);
});

test('a rule may be limited to a path, a method and the next so many requests', async () => {
  await proxy.break({ fault: 'status', status: 503, path: /^\/files/, method: 'post', times: 1 });
  expect(await outcomeOf(post('/other'))).toBe(201);
  expect(await outcomeOf(fetch(`${proxy.url}/files/a`))).toBe(201);
  expect(await outcomeOf(post('/files/a'))).toBe(503);
  expect(await outcomeOf(post('/files/a'))).toBe(201);
});

test('throws is not of the wire', async () => {
  expect(await proxy.break('throws')).toBe(false);
  expect(await outcomeOf(post('/'))).toBe(201);
});

test('an unreachable target shows as a cut connection', async () => {
  await target.close();
  expect(await outcomeOf(post('/'))).toBe('UND_ERR_SOCKET');
});

test('closing ends what hangs or waits, frees the port, and may be done twice', async () => {
  await proxy.break('hangs');
  await proxy.break({ fault: 'delay', delayMs: 600_000, path: /later/ });
  const pending = [outcomeOf(post('/')), outcomeOf(post('/later'))];
  while (proxy.requests() < 2) await new Promise((resolve) => setImmediate(resolve));
  await proxy.close();
  await proxy.close();
  expect(await Promise.all(pending)).toEqual(['UND_ERR_SOCKET', 'UND_ERR_SOCKET']);
  await proxy.heal();
  expect(await isListening(proxy.url)).toBe(false);
});

test.each(['ftp://example.com', 'nowhere'])('the target %s is refused at start-up', async (wrong) => {
  await expect(startFaultyProxy({ target: wrong })).rejects.toThrow('target');
});

test('speaks TLS to a secure target, and sends it nothing in the clear', async () => {
  const arrived: Buffer[] = [];
  const listener = createListener((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (chunk) => {
      arrived.push(Buffer.from(chunk));
      socket.destroy();
    });
  });
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const secure = await startFaultyProxy({ target: `https://127.0.0.1:${port}` });
  await expect(fetch(`${secure.url}/v1`, { headers: { authorization: 'secret' } })).rejects.toThrow();
  // 22 is a handshake: https://www.rfc-editor.org/rfc/rfc8446#appendix-B.1
  expect(arrived.map(([first]) => first)).toEqual([22]);
  expect(Buffer.concat(arrived).toString('latin1')).not.toContain('secret');
  await secure.close();
  await new Promise<void>((resolve) => listener.close(() => resolve()));
});
