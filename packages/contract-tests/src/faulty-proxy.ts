import { createServer, request as sendRequest } from 'node:http';
import type { ClientRequest, IncomingHttpHeaders, IncomingMessage, Server, ServerResponse } from 'node:http';
import { request as sendSecureRequest } from 'node:https';
import { createFaultPlan, type PlanLimits } from './fault-plan.js';
import type { Fault, FaultRule, NamedFault } from './fault-rule.js';

/** A request that arrived; its headers, query and body are not kept. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
}

/** An HTTP proxy whose wire can be broken. */
export interface FaultyProxy {
  /** `http://127.0.0.1:port`, without a slash at its end; stays the same through `refuses` and `heal()`. */
  readonly url: string;
  /** How many requests arrived, faulty ones included; with a pattern, those whose path matches. */
  requests(path?: RegExp): number;
  /** Every request that arrived, in order. */
  log(): readonly SeenRequest[];
  /**
   * Breaks the wire. Limited faults come first, in the order they were added; an unlimited one takes the place
   * of all others. False for `throws`, which no wire can do.
   */
  break(fault: NamedFault | FaultRule): Promise<boolean>;
  /** Forgets every fault and listens again. Requests that hang stay hanging. */
  heal(): Promise<void>;
  /** Ends every connection and frees the port. Safe to call twice. */
  close(): Promise<void>;
}

/** Where a proxy leads. */
export interface FaultyProxyOptions {
  /** `http://host:port`, or `https://host` for a service elsewhere; a path in it is put before every path. */
  readonly target: string;
  /** Connections are kept after an answer, as a real service does. Otherwise each ends, so that a refusal is never hidden by a kept one. @default false */
  readonly keepAlive?: boolean;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly target: URL;
}

const nonsense = Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x00, 0xc3, 0x28, 0x5d, 0x3c]);
const hopByHop = new Set(['connection', 'keep-alive', 'proxy-authorization', 'proxy-connection', 'te', 'upgrade']);

/** Starts a proxy on a free port of the loopback interface. */
export const startFaultyProxy = async (options: FaultyProxyOptions): Promise<FaultyProxy> => {
  const target = targetOf(options.target);
  const faults = createFaultPlan<Fault, SeenRequest>();
  const seen: SeenRequest[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const forwarded = new Set<ClientRequest>();
  let closed = false;

  const server = createServer((request, response) => {
    const arrived = { method: request.method ?? 'GET', path: pathOf(request) };
    seen.push(arrived);
    if (options.keepAlive !== true) response.shouldKeepAlive = false;
    act(faults.take(arrived), { request, response, target });
  });
  server.on('clientError', (_cause, socket) => socket.destroy());

  const act = (fault: Fault | undefined, exchange: Exchange): void => {
    if (fault === undefined) return pass(exchange);
    if (fault.fault === 'delay') return later(fault.delayMs, () => exchange.response.destroyed || pass(exchange));
    if (fault.fault === 'dies') return dieAfter(exchange);
    exchange.request.resume();
    if (fault.fault === 'status') answer(exchange.response, fault.status, fault.headers ?? {}, fault.body ?? '');
    if (fault.fault === 'garbles') answer(exchange.response, 200, { 'content-type': 'application/json' }, nonsense);
    if (fault.fault === 'diesBefore') exchange.request.on('end', () => cut(exchange));
  };

  const later = (delayMs: number, run: () => unknown): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      run();
    }, delayMs);
    timers.add(timer);
  };

  const forward = (exchange: Exchange): ClientRequest => {
    const onward = openForward(exchange);
    forwarded.add(onward);
    onward.on('close', () => forwarded.delete(onward));
    onward.on('error', () => cut(exchange));
    exchange.request.on('close', () => exchange.request.complete || onward.destroy());
    exchange.request.pipe(onward);
    return onward;
  };

  const pass = (exchange: Exchange): void => {
    const onward = forward(exchange);
    exchange.response.on('close', () => onward.destroy());
    onward.on('response', (reply) => {
      exchange.response.writeHead(reply.statusCode ?? 502, endToEnd(reply.headers));
      reply.on('error', () => cut(exchange));
      reply.pipe(exchange.response);
    });
  };

  const dieAfter = (exchange: Exchange): void => {
    forward(exchange).on('response', (reply) => {
      reply.on('close', () => cut(exchange));
      reply.resume();
    });
  };

  await listen(server, 0);
  const port = portOf(server);
  const reopen = async (): Promise<void> => {
    if (!closed && !server.listening) await listen(server, port);
  };

  return {
    url: `http://127.0.0.1:${port}`,
    requests: (path) => seen.filter((request) => path === undefined || request.path.search(path) >= 0).length,
    log: () => [...seen],
    async break(fault) {
      if (fault === 'throws') return false;
      if (fault === 'refuses') {
        await stop(server);
        return true;
      }
      const rule = typeof fault === 'string' ? { fault } : fault;
      faults.add(rule, limitsOf(rule));
      await reopen();
      return true;
    },
    async heal() {
      faults.clear();
      await reopen();
    },
    async close() {
      closed = true;
      for (const timer of timers) clearTimeout(timer);
      for (const onward of forwarded) onward.destroy();
      await stop(server);
    },
  };
};

const targetOf = (text: string): URL => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && url.protocol in ways) return url;
  throw new TypeError('startFaultyProxy: `target` must be an http:// or https:// address.');
};

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

const pathOf = (request: IncomingMessage): string => (request.url ?? '/').split('?', 1)[0] ?? '/';

const limitsOf = ({ path, method, times }: FaultRule): PlanLimits<SeenRequest> => {
  const matches = (seen: SeenRequest): boolean =>
    (method === undefined || method.toUpperCase() === seen.method) &&
    (path === undefined || seen.path.search(path) >= 0);
  return {
    ...(path === undefined && method === undefined ? {} : { matches }),
    ...(times === undefined ? {} : { times }),
  };
};

const ways: Readonly<Record<string, typeof sendRequest>> = { 'http:': sendRequest, 'https:': sendSecureRequest };

const openForward = ({ request, target }: Exchange): ClientRequest => {
  const send = ways[target.protocol] ?? sendRequest;
  return send({
    host: target.hostname,
    ...(target.port === '' ? {} : { port: target.port }),
    method: request.method ?? 'GET',
    path: target.pathname.replace(/\/$/, '') + (request.url ?? '/'),
    headers: { ...endToEnd(request.headers), ...hostFor(target) },
    agent: false,
  });
};

// Over plain HTTP the client's own Host header stays, so that addresses the target makes of it lead through the proxy
// again. A secure service elsewhere is chosen by its name.
const hostFor = ({ protocol, host }: URL): { readonly host?: string } => (protocol === 'https:' ? { host } : {});

const endToEnd = (headers: IncomingHttpHeaders): IncomingHttpHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));

const answer = (
  response: ServerResponse,
  status: number,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): void => void response.writeHead(status, headers).end(body);

const cut = ({ request, response }: Exchange): void => {
  response.destroy();
  request.destroy();
};

const listen = (server: Server, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      resolve();
    });
  });

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
