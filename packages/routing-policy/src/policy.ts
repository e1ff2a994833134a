import type { OperationName, PortName } from '@hybrid-supabase/core';
import type { BreakerRule } from './breaker.js';

/** What a policy may say of an operation, a family or everything. What is left out comes from the wider key. */
export interface OperationPolicy {
  /** Layers by name, first choice first. Layers it does not name come after, in the order they were given in. */
  readonly order?: readonly string[];
  /** For the whole call: attempts, pauses and all. Not for operations that stream. @default 30000 */
  readonly timeoutMs?: number;
  /** For one attempt. Without it an attempt gets an equal share of the time left, one for each layer still to come. */
  readonly attemptTimeoutMs?: number;
  /** For operations that stream: how long nothing may move. @default 60000 */
  readonly idleTimeoutMs?: number;
  /** What a lost write may take beyond `timeoutMs` to find out whether it happened: late is better than unsettled. @default 5000 */
  readonly settleTimeoutMs?: number;
  /** Over all layers together. A repeat never uses up the attempt another layer could have had. @default 3 */
  readonly maxAttempts?: number;
  /** Lets a call go on with more rights than its first capable layer has. @default false */
  readonly allowRaisedAuthority?: boolean;
  /** Layers that must not be asked. They still set the authority that must not be exceeded. */
  readonly disabledLayers?: readonly string[];
}

/** What may be said under `*`: the breaker guards a layer, so it cannot differ by operation. */
export interface DefaultPolicy extends OperationPolicy {
  readonly breaker?: Partial<BreakerRule>;
}

/** What a policy may be keyed by; the narrower key wins. */
export type PolicyKey = '*' | `${PortName}.*` | OperationName;

/** How calls are routed: plain JSON. A layer it names and nobody has is no mistake, because processes share policies. */
export type RoutingPolicy = { readonly '*'?: DefaultPolicy } & {
  readonly [K in Exclude<PolicyKey, '*'>]?: OperationPolicy;
};

/** What counts where a policy says nothing: MCP first for infrastructure, supabase-js first for files. */
export const presetPolicy: RoutingPolicy = {
  '*': { order: ['mcp', 'supabase'] },
  'files.*': { order: ['supabase', 'mcp'] },
};
