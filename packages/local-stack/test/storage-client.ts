import { signJwt } from '../src/jwt.js';

/** One exchange with the storage routes. */
export interface StorageAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; throws when it is not. */
  json(): Record<string, unknown> & readonly Record<string, unknown>[];
}

/** What to send along; a `token` of null sends no authorization at all. */
export interface StorageCall {
  readonly token?: string | null;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A small client: objects go as JSON, anything else as it is, the service role unless told otherwise. */
export interface StorageClient {
  readonly url: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  token(claims: Record<string, unknown>): string;
  call(method: string, path: string, call?: StorageCall): Promise<StorageAnswer>;
  /** Fails the test unless the bucket was made. */
  makeBucket(id: string, settings?: Record<string, unknown>): Promise<void>;
  /** Fails the test unless the object was stored. */
  put(path: string, body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Promise<void>;
}

/** The client and what is behind it. */
export interface StorageStack extends StorageClient {
  /** As the owner of everything. */
  sql(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
  /** Where the bytes are. */
  readonly objectsDirectory: string;
  setGlobalFileSizeLimit(bytes: number): Promise<void>;
  stop(): Promise<void>;
}

const isRaw = (body: unknown): body is string | Uint8Array | FormData =>
  typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;

export function createStorageClient(url: string, jwtSecret: string): StorageClient {
  const token = (claims: Record<string, unknown>): string => signJwt(claims, jwtSecret);
  const serviceRoleKey = token({ role: 'service_role' });

  async function call(method: string, path: string, options: StorageCall = {}): Promise<StorageAnswer> {
    const { body, token: bearer = serviceRoleKey } = options;
    const headers = new Headers(options.headers);
    if (bearer !== null) headers.set('authorization', `Bearer ${bearer}`);
    if (body !== undefined && !isRaw(body)) headers.set('content-type', 'application/json');
    const sent = body === undefined ? null : isRaw(body) ? body : JSON.stringify(body);
    const response = await fetch(url + path, { method, headers, body: sent });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: () => JSON.parse(text) };
  }

  async function mustSucceed(method: string, path: string, options: StorageCall): Promise<void> {
    const answer = await call(method, path, options);
    if (answer.status !== 200) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  }

  return {
    url,
    token,
    serviceRoleKey,
    anonKey: token({ role: 'anon' }),
    call,
    makeBucket: (id, settings = {}) => mustSucceed('POST', '/bucket', { body: { name: id, ...settings } }),
    put: (path, body, headers = {}) =>
      mustSucceed('POST', `/object/${path}`, { body, headers: { 'content-type': 'text/plain', ...headers } }),
  };
}
