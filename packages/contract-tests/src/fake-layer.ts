import { setMaxListeners } from 'node:events';
import { cannot, layerError } from '@hybrid-supabase/core';
import type { Authority, Call, Fate, Layer, LayerError, Method, OperationName } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { FakeAnswers } from './fake-answers.js';
import { fakeFaults, type FakeFailure, type FakeFault, type FakeFaultLimits } from './fake-fault.js';
import { fakePorts, lacksOf, namesIn } from './fake-ports.js';
import { createFaultPlan } from './fault-plan.js';
import { isResult } from './is-result.js';
import type { BackendFault } from './layer-harness.js';
import { untilAborted } from './until-aborted.js';

/** What a fake layer is told. */
export interface FakeLayerOptions {
  /** @default 'fake' */
  readonly name?: string;
  /** @default the role postgres, not read-only */
  readonly authority?: Authority;
  /** @default ['postgres'] */
  readonly sharedFate?: readonly Fate[];
  /** What it serves. @default nothing */
  readonly answers?: FakeAnswers;
  /** What it does not serve, and why; outranks an answer. @default the rest of every port that occurs */
  readonly lacks?: Layer['lacks'];
}

/** One attempt that reached the fake. */
export interface Received {
  readonly operation: OperationName;
  readonly input: unknown;
  readonly attemptId: string;
  readonly idempotencyKey?: string;
}

/** A real layer without a backend. It keeps the whole contract, and it can be broken. */
export interface FakeLayer extends Layer {
  /** Every attempt that reached it, in order; probes, and what was refused before, are not in it. */
  readonly received: readonly Received[];
  /** Attempts and probes that reached it. */
  sent(): number;
  /**
   * Breaks it, everywhere or within limits. Limited faults come first, in the order they were added; an
   * unlimited one takes the place of all others. `dies` and `garbles` lose the answer after the effect. Always true.
   */
  breakBackend(fault: BackendFault, limits?: FakeFaultLimits): true;
  /** As `breakBackend`, with an error of the test's own; the attempt arrives and its effect does not take place. */
  failWith(failure: FakeFailure, limits?: FakeFaultLimits): void;
  /** Forgets every fault. What hangs stays hanging until its call or the layer ends. */
  heal(): void;
}

type Outcome = Result<unknown, LayerError>;
type ErasedAnswers = { readonly [N in OperationName]?: ErasedAnswer['answer'] };
interface ErasedAnswer {
  answer(input: unknown, call: Call): unknown;
}

const healthy: FakeFault = { arrives: true, works: true };
const cancelled = { kind: 'cancelled', message: 'The caller stopped waiting.' } as const;
const timedOut = { kind: 'timed-out', message: 'The deadline of the call has passed.' } as const;
const closedBefore: FakeFailure = {
  kind: 'unavailable',
  effect: 'none',
  message: 'The layer is closed.',
  hint: 'Make a new layer, or ask another one.',
};
const closedMeanwhile: FakeFailure = {
  kind: 'interrupted',
  effect: 'unknown',
  message: 'The layer was closed before the answer came.',
};

/** Makes a fake layer. It holds no timer and no connection: it need not be closed. */
export const createFakeLayer = (options: FakeLayerOptions = {}): FakeLayer => {
  const { name = 'fake', authority = { role: 'postgres', readOnly: false }, sharedFate = ['postgres'] } = options;
  const answers: ErasedAnswers = options.answers ?? {};
  const lacks = lacksOf(options.answers ?? {}, options.lacks ?? {});
  const closing = new AbortController();
  // Every call under way listens, and a load test has thousands.
  setMaxListeners(0, closing.signal);
  const faults = createFaultPlan<FakeFault, OperationName | 'probe'>();
  const received: Received[] = [];
  let probes = 0;

  const fail = (failure: FakeFailure): Outcome => err(layerError({ ...failure, layer: name }));

  const stopOf = ({ signal }: Call): typeof cancelled | typeof timedOut =>
    isTimeout(signal.reason) ? timedOut : cancelled;

  const refusal = (call: Call): FakeFailure | undefined => {
    if (closing.signal.aborted) return closedBefore;
    return call.signal.aborted ? { ...stopOf(call), effect: 'none' } : undefined;
  };

  const answerOf = async (work: () => unknown): Promise<Outcome> => {
    try {
      const given = await work();
      if (!isResult(given)) return ok(given);
      return given.isOk() ? given : fail(given.error);
    } catch (cause) {
      return fail({ kind: 'unexpected', effect: 'unknown', message: 'The answer of the fake threw.', cause });
    }
  };

  const meet = async (fault: FakeFault, work: () => unknown): Promise<Outcome> => {
    const outcome = fault.works ? await answerOf(work) : undefined;
    if (fault.ends) return fail(fault.ends);
    return outcome ?? new Promise<never>(() => undefined);
  };

  const serve = async (what: OperationName | 'probe', call: Call, arrive: () => void, work: () => unknown) => {
    const refused = refusal(call);
    if (refused) return fail(refused);
    const fault = faults.take(what) ?? healthy;
    if (fault.arrives) arrive();
    const outcome = await untilAborted(meet(fault, work), [call.signal, closing.signal]);
    if (outcome) return outcome;
    return fail(closing.signal.aborted ? closedMeanwhile : { ...stopOf(call), effect: 'unknown' });
  };

  const methodFor = (operation: OperationName): Method<unknown, unknown> => {
    if (lacks[operation] !== undefined) return cannot(name, lacks[operation]);
    return (input, call) => {
      const arrive = (): void => void received.push(receivedOf(operation, input, call));
      return serve(operation, call, arrive, () => answers[operation]?.(input, call));
    };
  };

  const plan = (fault: FakeFault, { operation, times }: FakeFaultLimits): void =>
    faults.add(fault, {
      ...(operation === undefined ? {} : { matches: (asked) => asked === operation }),
      ...(times === undefined ? {} : { times }),
    });

  return {
    contract: 1,
    name,
    authority,
    sharedFate,
    ports: fakePorts(namesIn({ ...answers, ...lacks }), methodFor),
    lacks,
    received,
    sent: () => received.length + probes,
    async probe(call) {
      const result = await serve(
        'probe',
        call,
        () => void (probes += 1),
        () => undefined,
      );
      return result.map(() => undefined);
    },
    async close() {
      closing.abort();
    },
    breakBackend(fault, limits = {}) {
      plan(fakeFaults[fault], limits);
      return true;
    },
    failWith(failure, limits = {}) {
      plan({ arrives: true, works: false, ends: failure }, limits);
    },
    heal: () => faults.clear(),
  };
};

// By name: under Jest a DOMException is no instance of the test's own Error.
const isTimeout = (reason: unknown): boolean =>
  typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';

const receivedOf = (operation: OperationName, input: unknown, { attemptId, idempotencyKey }: Call): Received => ({
  operation,
  input,
  attemptId,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
});
