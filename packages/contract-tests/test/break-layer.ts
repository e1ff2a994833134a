import type { Call, Layer, LayerError, LayerResult, OperationName } from '@hybrid-supabase/core';
import { err } from 'neverthrow';
import type { LayerHarness } from '../src/index.js';
import { fakePorts } from '../src/fake-ports.js';
import { methodOf, namesOf } from '../src/method-of.js';
import type { FakeHarness } from './open-fake-harness.js';

/** Breaks a sound harness: gives the members that are to be put in the place of its own. */
export type BreakLayer = (sound: FakeHarness) => Partial<LayerHarness>;

/** One attempt of the sound layer, to be run with the call it came with or with another. */
export type Next = (call?: Call) => LayerResult<unknown>;

/** What a broken layer does around each attempt. */
export type Around = (next: Next, call: Call, name: OperationName, sound: FakeHarness) => LayerResult<unknown>;

/** A layer that does this around every method, what it lacks included; its probe stays sound. */
export const around = (sound: FakeHarness, wrap: Around): Layer => ({
  ...sound.layer,
  ports: fakePorts(namesOf(sound.layer), (name) => (input, call) => {
    const method = methodOf(sound.layer.ports, name);
    if (method === undefined) throw new TypeError(`${name} is not there`);
    return wrap((other = call) => method(input, other), call, name, sound);
  }),
});

/** Breaks every method in this way. */
export const everywhere =
  (wrap: Around): BreakLayer =>
  (sound) => ({ layer: around(sound, wrap) });

/** Breaks every error of every method and of the probe in this way. */
export const rewrite =
  (change: (error: LayerError) => LayerError): BreakLayer =>
  (sound) => ({
    layer: {
      ...around(sound, async (next) => (await next()).mapErr(change)),
      probe: async (call) => (await sound.layer.probe(call)).mapErr(change),
    },
  });

/** Breaks members of the layer itself. */
export const members =
  (change: (sound: FakeHarness) => Partial<Layer>): BreakLayer =>
  (sound) => ({ layer: { ...sound.layer, ...change(sound) } });

/** A call like this one that nothing ends. */
export const endless = (call: Call): Call => ({ ...call, signal: new AbortController().signal });

/** A failed attempt with this error. */
export const failed = (error: LayerError): LayerResult<never> => Promise.resolve(err(error));
