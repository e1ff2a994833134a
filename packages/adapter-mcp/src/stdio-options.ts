import { usedFeatures } from './tool-table.js';

/** What {@link stdio} needs. */
export interface StdioOptions {
  /** Management API token (`sbp_…`). It goes into the child's environment, never into its arguments. */
  readonly accessToken: string;
  readonly projectRef: string;
  /** Base of the Management API. @default the server's own, api.supabase.com */
  readonly apiUrl?: string;
  /** The server's tool groups. `docs` is refused: it makes every list of tools ask the internet. `account` would lift nothing: the session is confined to one project. @default ['database', 'storage', 'debugging', 'development', 'branching'] */
  readonly features?: readonly string[];
  /** Asks the server for a session that cannot write; the layer verifies that it got one. @default false */
  readonly readOnly?: boolean;
  /** Children a layer may have at once; each further one is started when those before it are busy. @default 1 */
  readonly poolSize?: number;
  /** How long a child may take to answer a ping once a call ran into its deadline; then it is ended and replaced. @default 5_000 */
  readonly hungAfterMs?: number;
  /** How long a child may take from its start to its answer to `initialize`. @default 30_000 */
  readonly startTimeoutMs?: number;
  /** Largest reply, bytes, counted on the escaped line; a larger one ends the session. @default 67_108_864 */
  readonly maxReplyBytes?: number;
  /** Another build of the server. @default the installed @supabase/mcp-server-supabase */
  readonly serverPath?: string;
  /** Told the process id of every child, right after it was started. */
  onChildStarted?(pid: number): void;
}

const largestPool = 64;

/** Throws for options no server could be started with; names the option. */
export const checkStdioOptions = ({ accessToken, projectRef, features = [], poolSize = 1 }: StdioOptions): void => {
  if (!accessToken) throw new TypeError('stdio: `accessToken` must be a Management API token.');
  if (!projectRef) throw new TypeError('stdio: `projectRef` must be the reference of a project.');
  if (features.includes('docs')) throw new TypeError('stdio: `features` must leave out `docs`.');
  if (!Number.isInteger(poolSize) || poolSize < 1 || poolSize > largestPool)
    throw new TypeError(`stdio: \`poolSize\` must be a whole number from 1 to ${largestPool}.`);
};

/** The child's arguments. The token is none of them: arguments are visible to every user of the machine. */
export const serverArguments = ({ projectRef, apiUrl, features, readOnly }: StdioOptions): readonly string[] => [
  `--project-ref=${projectRef}`,
  `--features=${(features ?? usedFeatures).join(',')}`,
  ...(apiUrl === undefined ? [] : [`--api-url=${apiUrl}`]),
  ...(readOnly === true ? ['--read-only'] : []),
];

const hostedApi = 'api.supabase.com';

/** Whether the children talk to the hosted platform; an address that cannot be read is the server's to refuse. */
export const isHostedApi = (apiUrl: string | undefined): boolean =>
  apiUrl === undefined || (URL.canParse(apiUrl) && new URL(apiUrl).hostname === hostedApi);
