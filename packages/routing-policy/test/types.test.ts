import type { Bucket, HybridResult, Layer, OperationSemantics, Ports, SqlResult } from '@hybrid-supabase/core';
import type { BreakerState, Hybrid, PortQuestions, PortsOf, RoutingEvent, RoutingPolicy } from '../src/index.js';

/** Compiles only when both are the same type. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(proven?: T): T | undefined => proven;

type SqlLayer = Layer<Pick<Ports, 'sql' | 'buckets'>>;
type FileLayer = Layer<Pick<Ports, 'files' | 'buckets'>>;
type Narrow = Hybrid<PortsOf<readonly [SqlLayer, FileLayer]>>;

/** Never called: the compiler is the test. */
export function whatTheDoorTakes(hybrid: Hybrid, narrow: Narrow): unknown {
  const signal = AbortSignal.timeout(1);
  holds<Same<ReturnType<typeof hybrid.buckets.list>, HybridResult<readonly Bucket[]>>>();
  holds<Same<ReturnType<typeof hybrid.sql.write>, HybridResult<SqlResult>>>();
  return [
    hybrid.buckets.list(),
    hybrid.buckets.list({}, { timeoutMs: 5, signal, idempotencyKey: 'k', traceparent: 't' }),
    hybrid.files.list({ bucket: 'b' }),
    // @ts-expect-error an input with a required member cannot be left out
    hybrid.files.list(),
    // @ts-expect-error the members of an input are checked
    hybrid.files.list({ bukcet: 'b' }),
    // @ts-expect-error there is no such option
    hybrid.buckets.list({}, { timeout: 5 }),
    // @ts-expect-error there is no such operation
    hybrid.buckets.rename,
    narrow.files.list({ bucket: 'b' }),
    narrow.sql.read({ text: 'select 1', values: [] }),
    narrow.health(),
    // @ts-expect-error no layer has branches
    narrow.branches,
  ];
}

export const policies: readonly RoutingPolicy[] = [
  { '*': { breaker: { probes: 1 } }, 'files.*': { order: ['supabase'] }, 'sql.read': { maxAttempts: 1 } },
  // @ts-expect-error a breaker guards a layer, not an operation
  { 'sql.read': { breaker: { probes: 1 } } },
  // @ts-expect-error there is no such operation
  { 'sql.reed': {} },
  // @ts-expect-error there is no such family
  { 'ftp.*': {} },
  {
    'sql.read': { cache: { ttlMs: 1 } },
    'project.*': { cache: { ttlMs: 1 } },
    '*': { reads: { cache: { ttlMs: 1 } } },
  },
  { 'files.*': { reads: { cache: false } }, 'files.list': { cache: false } },
  // @ts-expect-error a write never runs twice
  { 'sql.write': { cache: { ttlMs: 1 } } },
  // @ts-expect-error nor is it shadowed
  { 'sql.write': { shadow: { layer: 'mcp' } } },
  // @ts-expect-error nor is it hedged
  { 'sql.write': { hedge: {} } },
  // @ts-expect-error nor under reads
  { 'sql.write': { reads: { cache: { ttlMs: 1 } } } },
  // @ts-expect-error nor an idempotent operation
  { 'buckets.update': { cache: { ttlMs: 1 } } },
  // @ts-expect-error nor a stream
  { 'files.download': { cache: { ttlMs: 1 } } },
  // @ts-expect-error a family with writes in it says it under reads
  { 'sql.*': { cache: { ttlMs: 1 } } },
  // @ts-expect-error and so does everything
  { '*': { cache: { ttlMs: 1 } } },
];

export const semantics: readonly OperationSemantics[] = [
  // @ts-expect-error only writes are asked about
  { questions: { 'sql.read': async () => ({ verdict: 'cannot-tell', why: 'a read' }) } },
  {
    questions: {
      'sql.write': async (input, { ask }) => {
        // @ts-expect-error a question never asks by means of a write
        await ask('sql.write', input);
        return { verdict: 'cannot-tell', why: 'a test' };
      },
    },
  },
];

// @ts-expect-error a write without a question or a reason does not compile
export const incomplete: PortQuestions = {};

test('the types hold what the comments in this file say, or this file does not compile', () => {
  type Changed = Extract<RoutingEvent, { readonly type: 'breaker-changed' }>;
  expect(holds<Same<Changed['to'], BreakerState>>(true)).toBe(true);
  expect(holds<Same<keyof PortsOf<readonly Layer[]>, keyof Ports>>(true)).toBe(true);
  expect(holds<Same<keyof PortsOf<readonly [SqlLayer, FileLayer]>, 'sql' | 'buckets' | 'files'>>(true)).toBe(true);
});
