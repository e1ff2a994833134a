import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { anySteps, lawsOfTheEnd } from './model-steps.js';
import { World } from './model-world.js';

/** What the run was asked for by `--globals`: `npm run soak -- routing` asks for more steps, another seed and a report. */
const asked = (name: string): unknown => Reflect.get(globalThis, name);
const [steps, seed, report] = [asked('modelSteps'), asked('modelSeed'), asked('modelReport')];
const wanted = typeof steps === 'number' ? steps : 2_000;
const seedOfRun = typeof seed === 'number' ? seed : 20_261_122;
const commandsPerRun = 50;

interface Walked {
  readonly steps: number;
  readonly seen: Record<string, number>;
  /** Of all trails, in order. */
  readonly digest: string;
}

async function walk(atLeast: number): Promise<Walked> {
  const digest = createHash('sha256');
  const seen: Record<string, number> = {};
  let done = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(anySteps, { maxCommands: commandsPerRun, size: 'max' }), async (commands) => {
      const world = new World();
      await fc.asyncModelRun(() => ({ model: { isolated: new Set<string>(), policy: {} }, real: world }), commands);
      await lawsOfTheEnd(world);
      for (const trail of world.trails) digest.update(trail);
      for (const [what, count] of Object.entries(world.seen)) seen[what] = (seen[what] ?? 0) + count;
      done += [...commands].length;
    }),
    { seed: seedOfRun, numRuns: Math.ceil((atLeast / commandsPerRun) * 2.5), endOnFailure: wanted > 10_000 },
  );
  return { steps: done, seen, digest: digest.digest('hex').slice(0, 16) };
}

/** A walk that never met one of these has proven nothing about it; a short one of another seed may well miss some. */
const mustBeMet = [
  ...['served', 'ambiguous', 'cancelled', 'timed-out', 'no-layer', 'writes: effect', 'writes: no effect'],
  ...['writes: who knows', 'reconciled', 'hedged', 'answered from the cache', 'scopes', 'restarts', 'breaker open'],
  ...['shadow same', 'shadow different', 'rollout to off', 'skipped: shared-fate', 'skipped: budget'],
  ...['skipped: breaker', 'skipped: disabled', 'breaker closed', 'explanations that came true'],
];

test(
  'no walk of outcomes, kills, policies and time breaks a law',
  async () => {
    const { steps: done, seen, digest } = await walk(wanted);
    const sorted = Object.fromEntries(Object.entries(seen).sort(([one], [other]) => (one < other ? -1 : 1)));
    if (typeof report === 'string') writeFileSync(report, JSON.stringify({ steps: done, seen: sorted, digest }));
    expect(done).toBeGreaterThanOrEqual(wanted);
    if (wanted < 20_000 && seed !== undefined) return;
    expect(mustBeMet.filter((what) => (seen[what] ?? 0) === 0)).toEqual([]);
  },
  Math.max(60_000, wanted * 100),
);

test('the same seed gives the same trails', async () => {
  expect(await walk(300)).toEqual(await walk(300));
}, 60_000);
