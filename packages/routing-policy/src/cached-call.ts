import {
  errorKinds,
  type HybridError,
  type InputOf,
  type OperationName,
  type OutputOf,
  type Served,
  type Tags,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Errand } from './errand.js';
import { frozen } from './frozen.js';
import type { House } from './house.js';
import { hybridError } from './hybrid-error.js';
import { inputKey } from './input-key.js';
import { skipped, type Plan } from './plan.js';
import type { Flight, Kept, ReadCache } from './read-cache.js';
import type { Rule } from './rule.js';
import { Wait, type CutShort } from './wait.js';

type Outcome<N extends OperationName> = Result<Served<OutputOf<N>>, HybridError>;

/** Makes the call after all. */
export type Fly<N extends OperationName> = (errand: Errand) => Promise<Outcome<N>>;

/** One read of an operation that is cached. */
export interface CachedRead<N extends OperationName> {
  readonly plan: Plan<N>;
  readonly input: InputOf<N>;
  readonly errand: Errand;
  readonly rule: NonNullable<Rule['cache']>;
  readonly fly: Fly<N>;
}

/** Answers from what is kept, or together with an equal read under way, or by asking. Never rejects if `fly` does not. */
export async function cachedCall<N extends OperationName>(house: House, read: CachedRead<N>): Promise<Outcome<N>> {
  const { plan, input, errand, rule, fly } = read;
  const key = inputKey(input);
  const tags = key === undefined ? undefined : await house.tagsOf(plan.name, input);
  if (key === undefined || tags === undefined) return fly(errand);
  const cache = house.cacheOf(plan.name);
  for (;;) {
    if (errand.signal?.aborted) return err(leftEarly(plan, 'cancelled'));
    const nowMs = house.deadlines.clock.nowMs();
    const kept = cache.fresh(key, rule.ttlMs, nowMs);
    if (kept !== undefined) return recalled(house, errand, plan, kept, nowMs);
    const joined = cache.flight(key);
    const flight = joined ?? startFlight(house, cache, { key, tags, read });
    const outcome = await waitFor(house, flight, errand, joined ? errand.endsAtMs : Number.POSITIVE_INFINITY);
    if (typeof outcome === 'string') return err(leftEarly(plan, outcome));
    // The one who started it had less time than this caller has.
    if (joined && outcome.isErr() && outcome.error.kind === 'timed-out') continue;
    if (outcome.isErr()) return instead(house, cache, key, rule, outcome.error);
    return joined ? shared(house, read, outcome.value, nowMs) : outcome;
  }
}

function startFlight<N extends OperationName>(
  house: House,
  cache: ReadCache<N>,
  { key, tags, read }: { readonly key: string; readonly tags: Tags; readonly read: CachedRead<N> },
): Flight<N> {
  const stopping = new AbortController();
  const outcome = read.fly({ ...read.errand, signal: stopping.signal }).then((landed) => {
    const mayKeep = cache.land(key, flight);
    if (landed.isErr()) return landed;
    frozen(landed.value.data);
    const keptAtMs = house.deadlines.clock.nowMs();
    if (mayKeep) cache.keep(key, { served: landed.value, keptAtMs, tags }, house.cacheEntries());
    return landed;
  });
  const stop = (): void => {
    // In the same turn, or another caller could join what is being stopped.
    cache.land(key, flight);
    stopping.abort();
  };
  const flight: Flight<N> = { outcome, tags, waiting: 0, stop };
  cache.start(key, flight);
  return flight;
}

async function waitFor<N extends OperationName>(
  house: House,
  flight: Flight<N>,
  { signal }: Errand,
  untilMs: number,
): Promise<Outcome<N> | CutShort> {
  flight.waiting += 1;
  const outcome = await new Wait<Outcome<N>>(house.deadlines, untilMs, signal).for(flight.outcome);
  flight.waiting -= 1;
  // Nobody waits any more.
  if (flight.waiting === 0 && typeof outcome === 'string') flight.stop();
  return outcome;
}

function recalled<N extends OperationName>(
  { report }: House,
  { call }: Errand,
  { name }: Plan<N>,
  { served, keptAtMs }: Kept<N>,
  nowMs: number,
): Outcome<N> {
  const { data, layer } = served;
  const why = `From the cache, ${Math.round(nowMs - keptAtMs)} ms old: nothing was sent.`;
  report?.({ type: 'call-ended', call, operation: name, ms: 0, layer, cached: true });
  return ok({ data, layer, trail: [{ layer, did: 'served', ms: 0, why }] });
}

function shared<N extends OperationName>(
  { report, deadlines }: House,
  { errand: { call }, plan: { name } }: CachedRead<N>,
  { data, layer, trail }: Served<OutputOf<N>>,
  startedMs: number,
): Outcome<N> {
  if (report) {
    const ms = deadlines.clock.nowMs() - startedMs;
    report({ type: 'call-ended', call, operation: name, ms, layer, cached: true });
  }
  const why = 'Shared with an equal read that was under way.';
  return ok({ data, layer, trail: trail.map((entry) => (entry.did === 'served' ? { ...entry, why } : entry)) });
}

/** An old answer in place of an error, where the policy wants it and the backend itself has not answered. */
function instead<N extends OperationName>(
  { deadlines }: House,
  cache: ReadCache<N>,
  key: string,
  { ttlMs, staleIfErrorMs }: NonNullable<Rule['cache']>,
  error: HybridError,
): Outcome<N> {
  const kept = cache.kept(key);
  const ageMs = kept === undefined ? 0 : deadlines.clock.nowMs() - kept.keptAtMs;
  if (kept === undefined || isFinal(error.kind) || ageMs >= ttlMs + staleIfErrorMs) return err(error);
  const { data, layer } = kept.served;
  const why = `From the cache, ${Math.round(ageMs)} ms old, because nobody could answer.`;
  return ok({ data, layer, trail: [...error.trail, { layer, did: 'served', ms: 0, why }] });
}

const isFinal = (kind: HybridError['kind']): boolean =>
  kind !== 'no-layer' && (kind === 'ambiguous' || errorKinds[kind] === 'answer' || errorKinds[kind] === 'stop');

function leftEarly<N extends OperationName>({ name, steps }: Plan<N>, kind: CutShort): HybridError {
  const message =
    kind === 'cancelled'
      ? 'The caller stopped waiting for a read that was under way.'
      : 'The read under way gave no answer in time.';
  const why = 'The read was left to those who still wait for it.';
  const trail = steps.map(({ guarded, refused }) => refused ?? skipped(guarded, { reason: 'not-needed', why }));
  const hint = kind === 'timed-out' && { hint: 'Allow more time (timeoutMs), or see why the backend is slow.' };
  return hybridError({ kind, operation: name, effect: 'none', message, ...hint, trail });
}
