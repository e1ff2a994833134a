import assert from 'node:assert/strict';
import { operationNames, operations, supports } from '@hybrid-supabase/core';
import type { EffectClass, LayerError, OperationName } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import { createTestCall, type TestCall } from '../create-test-call.js';
import type { LayerHarness } from '../layer-harness.js';
import { methodOf, namesOf, portOf } from '../method-of.js';
import { settle } from './settle.js';
import { patienceMs, within } from './within.js';

/** A sample without the types that differ from operation to operation. */
interface AnySample {
  input(): unknown;
  check(output: unknown): void;
  state?(): unknown;
  readonly requests?: number;
  idempotencyKey?(): string;
}

/** A sample that is ready to be run: its input is prepared. */
export interface Trial {
  readonly name: OperationName;
  readonly effect: EffectClass;
  readonly input: unknown;
  readonly requests: number;
  readonly sample: AnySample;
  /** A fresh call with the sample's key. */
  call(): TestCall;
}

type Runnable = Pick<Trial, 'name' | 'input'>;
type Answer = Result<unknown, LayerError>;
type Choose = (names: readonly OperationName[]) => readonly OperationName[];

/** Prepares the samples with these names, in order. */
export const prepare = async (harness: LayerHarness, names: readonly OperationName[]): Promise<readonly Trial[]> => {
  const trials: Trial[] = [];
  for (const name of names) trials.push(await prepareOne(harness, name));
  return trials;
};

const prepareOne = async (harness: LayerHarness, name: OperationName): Promise<Trial> => {
  const sample = sampleOf(harness, name);
  assert.ok(sample !== undefined, `the harness has no sample for ${name}`);
  const input: unknown = await sample.input();
  const idempotencyKey = sample.idempotencyKey?.();
  return {
    name,
    effect: operations[name].effect,
    input,
    requests: sample.requests ?? 1,
    sample,
    call: () => createTestCall(idempotencyKey === undefined ? {} : { idempotencyKey }),
  };
};

/** The names of all samples, in the order of the catalogue. */
export const sampled = (harness: LayerHarness): readonly OperationName[] => {
  const names = operationNames.filter((name) => harness.samples[name] !== undefined);
  for (const name of names) assert.ok(supports(harness.layer, name), `there is a sample for ${name}, which it lacks`);
  return names;
};

/** Of each port a read and an operation that changes something; what takes one request comes before what takes more. */
export const aReadAndAChange = (harness: LayerHarness): readonly OperationName[] => {
  const requestsOf = (name: OperationName): number => sampleOf(harness, name)?.requests ?? 1;
  return ofEachPort(harness, (names) => {
    const shortestFirst = [...names].sort((one, other) => requestsOf(one) - requestsOf(other));
    return [...firstThat(shortestFirst, 'read'), ...firstThat(shortestFirst, 'write', 'idempotent')];
  });
};

/** Of each port the operation that does least: a read, or else one that may be repeated. */
export const theGentlest = (harness: LayerHarness): readonly OperationName[] =>
  ofEachPort(harness, (names) =>
    [...firstThat(names, 'read'), ...firstThat(names, 'idempotent'), ...firstThat(names, 'write')].slice(0, 1),
  );

const firstThat = (names: readonly OperationName[], ...effects: readonly EffectClass[]): readonly OperationName[] =>
  names.filter((name) => effects.includes(operations[name].effect)).slice(0, 1);

const ofEachPort = (harness: LayerHarness, choose: Choose): readonly OperationName[] => {
  const names = sampled(harness).filter((name) => sampleOf(harness, name)?.requests !== 0);
  return [...new Set(namesOf(harness.layer).map(portOf))].flatMap((port) => {
    const ofPort = names.filter((name) => portOf(name) === port);
    assert.ok(ofPort.length > 0, `the port ${port} has no sample that sends something`);
    return choose(ofPort);
  });
};

const sampleOf = (harness: LayerHarness, name: OperationName): AnySample | undefined => harness.samples[name];

/** Runs one attempt for as long as it takes; a throw and a rejection fail as assertions. */
export const startAttempt = (harness: LayerHarness, trial: Runnable, call: TestCall): Promise<Answer> => {
  const method = methodOf(harness.layer.ports, trial.name);
  assert.ok(method !== undefined, `${trial.name} is no method`);
  return settle(trial.name, () => method(trial.input, call));
};

/** Runs one attempt; lateness, too, fails as an assertion. */
export const attempt = (
  harness: LayerHarness,
  trial: Runnable,
  call: TestCall,
  limitMs: number = patienceMs.answer,
): Promise<Answer> => within(limitMs, trial.name, startAttempt(harness, trial, call));

/** Runs the layer's probe in the same way. */
export const probe = ({ layer }: LayerHarness, call: TestCall, limitMs: number = patienceMs.answer): Promise<Answer> =>
  within(
    limitMs,
    'the probe',
    settle('the probe', () => layer.probe(call)),
  );
