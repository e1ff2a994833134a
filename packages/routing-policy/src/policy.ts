import type { EffectOf, OperationName, operations, PortName } from '@hybrid-supabase/core';
import type { BudgetRule } from './attempt-budget.js';
import type { BreakerRule } from './breaker.js';
import type { BulkheadRule } from './bulkhead.js';
import type { ShadowRule } from './shadow.js';
import type { RolloutRule } from './rollout.js';
import type { HedgeRule } from './hedged-attempt.js';

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
  /** Moves calls to another order of layers, step by step. */
  readonly rollout?: RolloutRule;
}

/** When the answer of a read may be given again without asking. */
export interface CacheRule {
  /** How long an answer is good, unless a change through this door touches it earlier. */
  readonly ttlMs: number;
  /** How much longer it may stand in when every layer fails. @default 0 */
  readonly staleIfErrorMs?: number;
}

/** What only a read that does not stream may be given, because it may run twice; `false` takes back what a wider key says. */
export interface ReadPolicy {
  readonly cache?: CacheRule | false;
  /** `{}` hedges by the defaults. */
  readonly hedge?: Partial<HedgeRule> | false;
  readonly shadow?: ShadowRule | false;
}

declare const because: unique symbol;
/** A member that nobody can give. Its argument is what the compiler prints. */
export interface Refused<Why extends string> {
  readonly [because]: Why;
}
type Without<Why extends string> = { readonly [K in keyof ReadPolicy]?: Refused<Why> };
type Streaming = {
  [N in OperationName]: (typeof operations)[N] extends { readonly streams: true } ? N : never;
}[OperationName];

/** What may be said of how these operations repeat. Never distributive: over a family this is what every member allows. */
type Repeating<N extends OperationName> = [EffectOf<N>] extends ['read']
  ? [Extract<N, Streaming>] extends [never]
    ? ReadPolicy & { readonly reads?: ReadPolicy }
    : [Exclude<N, Streaming>] extends [never]
      ? Without<'a stream never runs twice'>
      : Without<'a stream never runs twice; say it under `reads`'> & { readonly reads?: ReadPolicy }
  : 'read' extends EffectOf<N>
    ? Without<'a write never runs twice; say it under `reads`'> & { readonly reads?: ReadPolicy }
    : Without<'a write never runs twice'>;

/** What a policy may be keyed by; the narrower key wins. */
export type PolicyKey = '*' | `${PortName}.*` | OperationName;

type NamesOf<K extends PolicyKey> = K extends '*'
  ? OperationName
  : K extends `${infer P}.*`
    ? Extract<OperationName, `${P}.${string}`>
    : Extract<K, OperationName>;

/** What may be said under `*` alone: these guard layers or the whole door, so they cannot differ by operation. */
export interface DoorPolicy {
  readonly breaker?: Partial<BreakerRule>;
  /** For repeats and hedges together. @default a fifth of the calls under way, three at least */
  readonly budget?: Partial<BudgetRule>;
  /** What each layer is given at a time, by its name or for all under `*`. @default 100 in flight, 1000 queued */
  readonly bulkheads?: { readonly [layer: string]: Partial<BulkheadRule> };
  /** How many answers of one operation are kept. @default 1000 */
  readonly cacheEntries?: number;
}

/** What may be said under one key. */
export type PolicyUnder<K extends PolicyKey> = OperationPolicy &
  Repeating<NamesOf<K>> &
  (K extends '*' ? DoorPolicy : unknown);

/** How calls are routed: plain JSON. A layer it names and nobody has is no mistake, because processes share policies. */
export type RoutingPolicy = { readonly [K in PolicyKey]?: PolicyUnder<K> };

/** What counts where a policy says nothing: MCP first for infrastructure, supabase-js first for files. */
export const presetPolicy = {
  '*': { order: ['mcp', 'supabase'] },
  'files.*': { order: ['supabase', 'mcp'] },
} as const satisfies RoutingPolicy;
