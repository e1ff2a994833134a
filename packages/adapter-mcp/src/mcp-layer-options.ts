import type { CoalescingOptions } from '@hybrid-supabase/sql';
import type { ConfirmBranchCost } from './branch-cost.js';
import type { Clock } from './clock.js';
import type { McpClient } from './mcp-client.js';
import type { McpConnector } from './mcp-session.js';
import type { Endpoint, RateLimit } from './rate-limits.js';

/** What `createMcpLayer` needs. */
export interface McpLayerOptions {
  /** `stdio(…)`, `http(…)`, or a client that is connected already; such a client belongs to the layer from here on and is never connected again. */
  readonly connect: McpConnector | McpClient;
  /** Reference of the project; sent only to a session that is not confined to one project. */
  readonly projectRef: string;
  /** @default 'mcp' */
  readonly name?: string;
  /** Nothing may be written. Verified on every connection: a session that could write is refused. @default false */
  readonly readOnly?: boolean;
  /** Address of the project. @default the platform's own for a hosted project; else unknown, and `project.url` is lacking */
  readonly projectUrl?: string;
  /** Every session is opened at once instead of by the first call that needs it; what goes wrong then is that call's to hear. @default false */
  readonly warm?: boolean;
  /** Calls in flight on one session; the rest wait their turn within their deadlines. @default 32 */
  readonly maxInFlight?: number;
  /** Reads that wait at the same moment travel as one call and come back apart; `true` is with its defaults. @default false */
  readonly coalesceReads?: boolean | CoalescingOptions;
  /** Most bytes of one SQL answer as JSON; the database itself refuses a larger one, and nothing is changed. @default 8_000_000 */
  readonly maxResultBytes?: number;
  /** Requests the platform takes; what is left out is as documented. `'off'`: no limit. @default the documented ones for a hosted platform, else 'off' */
  readonly limits?: 'off' | { readonly [E in Endpoint]?: RateLimit };
  /** Asked before a branch is made without `confirmCost: true`. @default nobody is asked, and nothing is made */
  readonly confirmBranchCost?: ConfirmBranchCost;
  /** Between two looks at a branch that is being made or changed, milliseconds. @default 5_000 */
  readonly branchPollMs?: number;
  /** @default the process's own clock */
  readonly clock?: Clock;
}

/** Throws for options no layer could work with; names the option. */
export const checkMcpLayerOptions = (options: McpLayerOptions): void => {
  const { projectRef, name, maxInFlight = 1, maxResultBytes = 1, branchPollMs = 0, limits = 'off' } = options;
  if (!projectRef) throw new TypeError('createMcpLayer: `projectRef` must be the reference of a project.');
  if (name === '') throw new TypeError('createMcpLayer: `name` must not be empty.');
  if (!Number.isInteger(maxInFlight) || maxInFlight < 1)
    throw new TypeError('createMcpLayer: `maxInFlight` must be a whole number, 1 or more.');
  if (!Number.isInteger(maxResultBytes) || maxResultBytes < 1)
    throw new TypeError('createMcpLayer: `maxResultBytes` must be a whole number, 1 or more.');
  if (!(branchPollMs >= 0)) throw new TypeError('createMcpLayer: `branchPollMs` must be 0 or more.');
  if (limits === 'off') return;
  for (const limit of Object.values(limits))
    if (!(limit.requests >= 2 && limit.perMs > 0))
      throw new TypeError('createMcpLayer: each of `limits` must allow 2 requests or more in a time over 0.');
};
