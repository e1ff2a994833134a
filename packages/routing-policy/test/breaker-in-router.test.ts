import { createFakeLayer, type FakeLayer } from '@hybrid-supabase/contract-tests';
import { createHybrid, type RoutingEvent } from '../src/index.js';
import { createManualClock } from './manual-clock.js';

const breaker = { minimumCalls: 2, pauseMs: 1_000, probes: 2 };

const off = ({ name }: FakeLayer) => ({ '*': { breaker, maxAttempts: 2, disabledLayers: [name] } });

function open(...layers: readonly FakeLayer[]) {
  const clock = createManualClock();
  const events: RoutingEvent[] = [];
  const policy = { '*': { breaker, maxAttempts: 2 } };
  const hybrid = createHybrid({ layers, clock, policy, random: () => 1, report: (event) => events.push(event) });
  const list = async () => {
    const pending = hybrid.buckets.list();
    await clock.advance(500);
    return pending;
  };
  const changes = () =>
    events.flatMap((event) => (event.type === 'breaker-changed' ? [`${event.layer} ${event.to}`] : []));
  return { hybrid, clock, list, changes };
}

const named = (name: string, edge: 'mcp-edge' | 'rest-api' = 'rest-api') =>
  createFakeLayer({ name, answers: { 'buckets.list': () => [] }, sharedFate: [edge, 'postgres'] });

test('a layer that keeps failing is left alone, and the trail says so', async () => {
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  mcp.breakBackend('refuses');
  const { list, changes, hybrid } = open(mcp, supabase);
  for (let call = 0; call < 2; call += 1) await list();
  const served = (await list())._unsafeUnwrap();
  expect(served.trail.map(({ layer, did, reason }) => [layer, did, reason])).toEqual([
    ['mcp', 'skipped', 'breaker'],
    ['supabase', 'served', undefined],
  ]);
  expect(changes()).toEqual(['mcp open']);
  expect(hybrid.health()).toMatchObject([
    { layer: 'mcp', breaker: 'open' },
    { layer: 'supabase', breaker: 'closed' },
  ]);
});

test('after the pause a call starts the probes without waiting for them, and the next one finds the layer again', async () => {
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  mcp.breakBackend('refuses');
  const { list, changes, clock } = open(mcp, supabase);
  for (let call = 0; call < 2; call += 1) await list();
  mcp.heal();
  await clock.advance(1_000);
  const sentBefore = mcp.sent();
  expect((await list())._unsafeUnwrap().layer).toBe('supabase');
  expect(mcp.sent() - sentBefore).toBe(breaker.probes);
  expect((await list())._unsafeUnwrap().layer).toBe('mcp');
  expect(changes()).toEqual(['mcp open', 'mcp half-open', 'mcp closed']);
});

test.each(['refuses', 'hangs', 'garbles', 'throws'] as const)('a probe that %s keeps it shut', async (fault) => {
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  mcp.breakBackend('refuses');
  const { list, changes, clock } = open(mcp, supabase);
  for (let call = 0; call < 2; call += 1) await list();
  mcp.heal();
  mcp.breakBackend(fault);
  await clock.advance(1_000);
  await list();
  await clock.advance(5_000);
  expect(changes()).toEqual(['mcp open', 'mcp half-open', 'mcp open']);
});

test('a refused key does not let the traffic back in', async () => {
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  mcp.breakBackend('refuses');
  const { list, changes, clock } = open(mcp, supabase);
  for (let call = 0; call < 2; call += 1) await list();
  mcp.heal();
  mcp.failWith({ kind: 'unauthorized', effect: 'none', message: 'The key has expired.' });
  await clock.advance(1_000);
  await list();
  expect(changes()).toEqual(['mcp open', 'mcp half-open', 'mcp open']);
});

test('the last layer that can serve is asked even when its breaker is open', async () => {
  const mcp = named('mcp');
  mcp.breakBackend('refuses');
  const { list, changes } = open(mcp);
  await list();
  expect(changes()).toEqual(['mcp open']);
  mcp.heal();
  expect((await list())._unsafeUnwrap().trail).toMatchObject([{ layer: 'mcp', did: 'served' }]);
});

test.each<[string, (other: FakeLayer, hybrid: ReturnType<typeof open>['hybrid']) => void]>([
  ['is taken out of use', (other, hybrid) => void hybrid.isolate(other.name)],
  ['is switched off by the policy', (other, hybrid) => void hybrid.policy.swap(off(other))._unsafeUnwrap()],
])('an open breaker shuts nobody out in favour of a layer that %s', async (_how, shutOut) => {
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  mcp.breakBackend('refuses');
  const { list, changes, hybrid } = open(mcp, supabase);
  for (let call = 0; call < 2; call += 1) await list();
  expect(changes()).toEqual(['mcp open']);
  mcp.heal();
  shutOut(supabase, hybrid);
  expect((await list())._unsafeUnwrap()).toMatchObject({ layer: 'mcp', trail: [{ layer: 'mcp', did: 'served' }] });
});

test('when all breakers are open, all layers are asked', async () => {
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  for (const layer of [mcp, supabase]) layer.breakBackend('refuses');
  const { list, changes } = open(mcp, supabase);
  for (let call = 0; call < 3; call += 1) await list();
  expect(changes()).toEqual(expect.arrayContaining(['mcp open', 'supabase open']));
  expect((await list())._unsafeUnwrapErr().trail.map(({ layer, did }) => `${layer} ${did}`)).toEqual([
    'mcp failed',
    'supabase failed',
  ]);
});

test.each(['not-found', 'unauthorized', 'unsupported'] as const)('%s never opens it', async (kind) => {
  const mcp = named('mcp');
  mcp.failWith({ kind, effect: 'none', message: 'No.' });
  const { list, changes } = open(mcp, named('supabase'));
  for (let call = 0; call < 5; call += 1) await list();
  expect(changes()).toEqual([]);
});

test('contention in the database they all stand on never opens it', async () => {
  const mcp = named('mcp', 'mcp-edge');
  mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Deadlock.', fault: 'postgres' });
  const { list, changes } = open(mcp, named('supabase'));
  for (let call = 0; call < 5; call += 1) await list();
  expect(changes()).toEqual([]);
});

test('a fault of what only it stands on opens it', async () => {
  const mcp = named('mcp', 'mcp-edge');
  mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Bad gateway.', fault: 'management-api' });
  const { list, changes } = open(mcp, named('supabase'));
  for (let call = 0; call < 2; call += 1) await list();
  expect(changes()).toEqual(['mcp open']);
});
