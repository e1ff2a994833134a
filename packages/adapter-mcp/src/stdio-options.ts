/** What {@link stdio} needs. */
export interface StdioOptions {
  /** Management API token (`sbp_…`). It goes into the child's environment, never into its arguments. */
  readonly accessToken: string;
  readonly projectRef: string;
  /** Base of the Management API. @default the server's own, api.supabase.com */
  readonly apiUrl?: string;
  /** The server's tool groups. `docs` is refused: it makes every list of tools ask the internet. @default ['database', 'storage'] */
  readonly features?: readonly string[];
  /** Asks the server for a session that cannot write; the layer verifies that it got one. @default false */
  readonly readOnly?: boolean;
  /** How long a child may take from its start to its answer to `initialize`. @default 30_000 */
  readonly startTimeoutMs?: number;
  /** Largest reply, bytes, counted on the escaped line; a larger one ends the session. @default 67_108_864 */
  readonly maxReplyBytes?: number;
  /** Another build of the server. @default the installed @supabase/mcp-server-supabase */
  readonly serverPath?: string;
  /** Told the process id of every child, right after it was started. */
  onChildStarted?(pid: number): void;
}

/** Throws for options no server could be started with; names the option. */
export const checkStdioOptions = ({ accessToken, projectRef, features = [] }: StdioOptions): void => {
  if (!accessToken) throw new TypeError('stdio: `accessToken` must be a Management API token.');
  if (!projectRef) throw new TypeError('stdio: `projectRef` must be the reference of a project.');
  if (features.includes('docs')) throw new TypeError('stdio: `features` must leave out `docs`.');
};

/** The child's arguments. The token is none of them: arguments are visible to every user of the machine. */
export const serverArguments = ({ projectRef, apiUrl, features, readOnly }: StdioOptions): readonly string[] => [
  `--project-ref=${projectRef}`,
  `--features=${(features ?? ['database', 'storage']).join(',')}`,
  ...(apiUrl === undefined ? [] : [`--api-url=${apiUrl}`]),
  ...(readOnly === true ? ['--read-only'] : []),
];
