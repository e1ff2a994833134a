import { cannot, type Authority, type Layer } from '@hybrid-supabase/core';
import { refusedForGood, refusedNow, type Situation, type Standing } from './admit.js';

const full: Authority = { role: 'postgres', readOnly: false };
const layerOf = (authority: Authority, more: Partial<Layer> = {}): Layer => ({
  contract: 1,
  name: 'mcp',
  authority,
  sharedFate: ['mcp-edge', 'postgres'],
  ports: { migrations: { list: cannot('mcp', 'test'), apply: cannot('mcp', 'test') } },
  lacks: {},
  probe: (call) => cannot('mcp', 'test')(undefined, call),
  close: async () => undefined,
  ...more,
});
const standing: Standing = {
  name: 'migrations.apply',
  effectClass: 'write',
  baseline: full,
  allowRaisedAuthority: false,
  disabledLayers: [],
};
const reading: Standing = { ...standing, name: 'migrations.list', effectClass: 'read' };
const weak: Authority = { role: 'authenticated', readOnly: false };
const readOnly: Authority = { role: 'postgres', readOnly: true };

test.each<[string, Layer, Standing, string | undefined]>([
  ['a layer that can', layerOf(full), standing, undefined],
  ['one without the port', layerOf(full, { ports: {} }), standing, 'capability'],
  ['one that lacks the operation', layerOf(full, { lacks: { 'migrations.apply': 'no' } }), standing, 'capability'],
  ['one that the policy switched off', layerOf(full), { ...standing, disabledLayers: ['mcp'] }, 'disabled'],
  ['another one switched off', layerOf(full), { ...standing, disabledLayers: ['supabase'] }, undefined],
  ['a read-only one, for a write', layerOf(readOnly), { ...standing, baseline: readOnly }, 'authority'],
  [
    'a read-only one, for a write, whatever the policy allows',
    layerOf(readOnly),
    { ...standing, allowRaisedAuthority: true },
    'authority',
  ],
  [
    'a read-only one, for an idempotent operation',
    layerOf(readOnly),
    { ...standing, effectClass: 'idempotent' },
    'authority',
  ],
  ['a read-only one, for a read', layerOf(readOnly), reading, undefined],
  ['a stronger one than the first choice', layerOf(full), { ...standing, baseline: weak }, 'authority'],
  [
    'a stronger one, allowed by the policy',
    layerOf(full),
    { ...standing, baseline: weak, allowRaisedAuthority: true },
    undefined,
  ],
  ['a weaker one', layerOf(weak), standing, undefined],
  ['one that may write after one that may only read', layerOf(full), { ...reading, baseline: readOnly }, 'authority'],
])('%s', (_who, layer, known, reason) => {
  const refusal = refusedForGood(layer, known);
  expect(refusal?.reason).toBe(reason);
  if (refusal) expect(refusal.why).toMatch(/\w/);
});

test("what a layer lacks is refused in the layer's own words", () => {
  expect(
    refusedForGood(layerOf(full, { lacks: { 'migrations.apply': 'The session is read-only.' } }), standing)?.why,
  ).toBe('The session is read-only.');
});

const calm: Situation = { nowMs: 10, endsAtMs: 100, attempts: 1, maxAttempts: 3, faults: undefined };

test.each<[string, Situation, string | undefined]>([
  ['time and attempts left', calm, undefined],
  ['no attempt left', { ...calm, attempts: 3 }, 'budget'],
  ['no time left', { ...calm, nowMs: 100 }, 'deadline'],
  ['a fault in what it stands on', { ...calm, faults: [{ part: 'postgres', layer: 'supabase' }] }, 'shared-fate'],
  ['a fault that it found itself', { ...calm, faults: [{ part: 'postgres', layer: 'mcp' }] }, undefined],
  ['a fault in something else', { ...calm, faults: [{ part: 'storage-api', layer: 'supabase' }] }, undefined],
  [
    'two faults, the second one shared',
    {
      ...calm,
      faults: [
        { part: 'rest-api', layer: 'supabase' },
        { part: 'mcp-edge', layer: 'other' },
      ],
    },
    'shared-fate',
  ],
  [
    'a shared fault and no attempt left',
    { ...calm, attempts: 3, faults: [{ part: 'postgres', layer: 'supabase' }] },
    'shared-fate',
  ],
])('with %s', (_what, situation, reason) => {
  expect(refusedNow(layerOf(full), situation)?.reason).toBe(reason);
});
