import assert from 'node:assert/strict';
import { errorKinds } from '@hybrid-supabase/core';
import type { Effect, EffectClass, ErrorKind, LayerError } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { LayerHarness } from '../layer-harness.js';

/** What an error has to say. */
export interface Expected {
  readonly kind?: ErrorKind;
  readonly effect?: Effect;
}

interface Sent {
  readonly effect: EffectClass;
  readonly requests: number;
}

/** Gives the error of a failed attempt; an answer fails as an assertion. */
export const errorOf = (what: string, result: Result<unknown, LayerError>): LayerError => {
  assert.ok(result.isErr(), `${what} answered, where an Err was due`);
  return result.error;
};

/** Asserts that an error says this, and that every member it must have is well formed. */
export const assertLayerError = (what: string, harness: LayerHarness, error: LayerError, expected: Expected): void => {
  assert.ok(typeof error === 'object' && error !== null, `${what}: the error is no record`);
  assert.ok(Object.hasOwn(errorKinds, error.kind), `${what}: ${String(error.kind)} is no kind of error`);
  assert.ok(error.effect === 'none' || error.effect === 'unknown', `${what}: the effect is neither none nor unknown`);
  assert.equal(error.layer, harness.layer.name, `${what}: the error names another layer`);
  assert.ok(typeof error.message === 'string' && error.message.trim() !== '', `${what}: the message is empty`);
  if (expected.kind) assert.equal(error.kind, expected.kind, `${what}: wrong kind (${error.message})`);
  if (expected.effect) assert.equal(error.effect, expected.effect, `${what}: wrong effect (${error.message})`);
};

/**
 * What a change must say of its effect once its request was sent and the answer did not come. A read cannot
 * have done anything, and of several requests the first may have been no more than a look.
 */
export const whenSent = ({ effect, requests }: Sent): Expected =>
  effect === 'read' || requests > 1 ? {} : { effect: 'unknown' };

/** An error and its causes as text, as a careless log would have it; cycles are cut. */
export const errorText = (error: LayerError): string => {
  const seen = new Set<unknown>();
  return JSON.stringify(error, (_key, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    if (typeof value !== 'object' || value === null) return value;
    if (seen.has(value)) return undefined;
    seen.add(value);
    return isErrorLike(value) ? { ...value, message: value.message, cause: value.cause } : value;
  });
};

// An Error's message and cause are not enumerable; by shape, as Jest's Error is not Node's.
const isErrorLike = (value: object): value is { readonly message: string; readonly cause?: unknown } =>
  'message' in value && typeof value.message === 'string' && 'stack' in value;
