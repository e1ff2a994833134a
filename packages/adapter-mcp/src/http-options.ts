import { usedFeatures } from './tool-table.js';

/** What {@link http} needs. */
export interface HttpOptions {
  /** Management API token (`sbp_…`). It travels in a header, never in the address. */
  readonly accessToken: string;
  readonly projectRef: string;
  /** The server's endpoint. @default 'https://mcp.supabase.com/mcp' */
  readonly url?: string;
  /** The server's tool groups; `docs` is refused, as with `stdio`. @default ['database', 'storage', 'debugging', 'development', 'branching'] */
  readonly features?: readonly string[];
  /** Asks the server for a session that cannot write; the layer verifies that it got one. @default false */
  readonly readOnly?: boolean;
  /** How long the server may take to answer `initialize`. @default 30_000 */
  readonly startTimeoutMs?: number;
  /** Largest reply, bytes; a larger one is an error of its call alone. @default 67_108_864 */
  readonly maxReplyBytes?: number;
}

const hostedUrl = 'https://mcp.supabase.com/mcp';

/** Throws for options no server could be asked with; names the option. */
export const checkHttpOptions = (options: HttpOptions): void => {
  const { accessToken, projectRef, url = hostedUrl, features = [] } = options;
  if (!accessToken) throw new TypeError('http: `accessToken` must be a Management API token.');
  if (!projectRef) throw new TypeError('http: `projectRef` must be the reference of a project.');
  if (features.includes('docs')) throw new TypeError('http: `features` must leave out `docs`.');
  if (!isSafe(url)) throw new TypeError('http: `url` must be an https:// address; http:// is for this machine alone.');
};

/** The address with what the session is asked to be. */
export const addressOf = (options: HttpOptions): URL => {
  const { projectRef, url = hostedUrl, features = usedFeatures, readOnly = false } = options;
  const address = new URL(url);
  address.searchParams.set('project_ref', projectRef);
  address.searchParams.set('features', features.join(','));
  if (readOnly) address.searchParams.set('read_only', 'true');
  return address;
};

/** Whether the hosted platform answers there. */
export const isHostedServer = (url: string = hostedUrl): boolean =>
  new URL(url).hostname === new URL(hostedUrl).hostname;

const loopback = /^(?:localhost|127(?:\.\d+){3}|\[::1\])$/;

// A token sent in clear belongs to whoever listens.
const isSafe = (url: string): boolean => {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname));
};
