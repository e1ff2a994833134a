import { getEventListeners, setMaxListeners } from 'node:events';
import { createMcpLayer, stdio, type McpPorts } from '@hybrid-supabase/adapter-mcp';
import type { Call, Layer, LayerError } from '@hybrid-supabase/core';
import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { heapAfterCollection, seededRandom } from '@hybrid-supabase/rig';
import { installSql } from '@hybrid-supabase/sql';
import type { Result } from 'neverthrow';
import { isRunning, leftOver, openResources, type Resources } from './resources.js';
import type { Soak, SoakCheck, SoakOptions, SoakResult } from './soak.js';

const inFlight = 8;
const callTimeoutMs = 60_000;
/** Far less than the time limit of a call, so that a timer that was forgotten is still found. */
const settleMs = 10_000;
const allowedGrowthBytes = 5 * 1024 * 1024;
/** The first part only warms up: caches and compiled code are no leak. */
const warmShare = 0.2;

/** Mixed calls through one layer over the official server, whose child is killed at random moments. */
export const mcpSoak: Soak = async (options) => {
  const before = openResources();
  const warnings: string[] = [];
  const onWarning = ({ name, message }: Error): number => warnings.push(`${name}: ${message}`);
  process.on('warning', onWarning);
  const started = await startLocalStack();
  if (started.isErr()) throw new Error(started.error.message);
  const stack = started.value;
  try {
    return await runOn(stack, options, { before, warnings });
  } finally {
    await stack.stop();
    process.off('warning', onWarning);
  }
};

interface Watch {
  readonly before: Readonly<Record<string, number>>;
  readonly warnings: readonly string[];
}

const runOn = async (stack: LocalStack, options: SoakOptions, { before, warnings }: Watch): Promise<SoakResult> => {
  const startMs = performance.now();
  const pids: number[] = [];
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const connect = stdio({ accessToken, projectRef, apiUrl, onChildStarted: (pid) => void pids.push(pid) });
  const layer = createMcpLayer({ connect, projectRef });
  const giveUp = new AbortController();
  setMaxListeners(0, giveUp.signal);
  await prepare(layer, giveUp.signal);
  const withStack = openResources();
  const tally = await callMany({ layer, pids, signal: giveUp.signal, options });
  const { confirmed, repeated } = await countRows(layer, giveUp.signal, tally.keys);
  await layer.close();
  const left = await leftAfter(withStack);
  const alive = pids.filter(isRunning);
  const listeners = getEventListeners(giveUp.signal, 'abort').length;
  const growth = tally.heapAtEnd - tally.heapWhenWarm;
  const checks: readonly SoakCheck[] = [
    check('every call has an answer', tally.answered === options.calls, `${tally.answered} of ${options.calls}`),
    check('every kill was done', tally.kills === options.kills, `${tally.kills} of ${options.kills}`),
    check(
      'every failure is a kill in mid-call or in mid-start',
      tally.odd.length === 0,
      tally.odd.slice(0, 3).join('; ') || 'no other',
    ),
    check('every confirmed write is there', confirmed === tally.keys.length, `${confirmed} of ${tally.keys.length}`),
    check('no keyed write is there twice', repeated === 0, `${repeated}`),
    check('no child is left', alive.length === 0, `${alive.length} of ${pids.length}`),
    check('no handle is left', left === '', left || 'none'),
    check('no listener is left', listeners === 0, `${listeners}`),
    check('Node warned of nothing', warnings.length === 0, warnings.join('; ') || 'nothing'),
    check('the heap does not grow', growth <= allowedGrowthBytes, `${(growth / 1024 / 1024).toFixed(2)} MiB`),
  ];
  return {
    soak: 'mcp',
    seed: options.seed,
    tookMs: Math.round(performance.now() - startMs),
    counts: {
      ...tally.byOutcome,
      children: pids.length,
      kills: tally.kills,
      heapWhenWarmBytes: tally.heapWhenWarm,
      heapAtEndBytes: tally.heapAtEnd,
      resourcesBefore: Object.values(before).reduce((sum, count) => sum + count, 0),
    },
    checks,
    ok: checks.every(({ ok }) => ok),
  };
};

const check = (name: string, ok: boolean, found: string): SoakCheck => ({ name, ok, found });

const prepare = async (layer: Layer<McpPorts>, signal: AbortSignal): Promise<void> => {
  const steps = [
    { name: 'hybrid', query: installSql },
    { name: 'soak', query: 'create table public.soak (key text)' },
  ];
  for (const step of steps) succeeded(await layer.ports.migrations.apply(step, newCall(signal)));
  succeeded(await layer.ports.buckets.create({ id: 'soak' }, newCall(signal)));
};

const succeeded = <T>(result: Result<T, LayerError>): T => {
  if (result.isOk()) return result.value;
  throw new Error(`The soak cannot be prepared: ${result.error.message}`);
};

let attempts = 0;
const newCall = (signal: AbortSignal, idempotencyKey?: string): Call => ({
  signal,
  deadlineMs: performance.now() + callTimeoutMs,
  attempt: 1,
  attemptId: `soak-${(attempts += 1)}`,
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  progressed: () => undefined,
  note: () => undefined,
});

interface Workload {
  readonly layer: Layer<McpPorts>;
  readonly pids: readonly number[];
  readonly signal: AbortSignal;
  readonly options: SoakOptions;
}

interface Tally {
  answered: number;
  kills: number;
  heapWhenWarm: number;
  heapAtEnd: number;
  readonly byOutcome: Record<string, number>;
  /** Failures that a killed child does not explain. */
  readonly odd: string[];
  /** Keys of the writes that were confirmed. */
  readonly keys: string[];
}

const callMany = async ({ layer, pids, signal, options }: Workload): Promise<Tally> => {
  const { calls, kills, seed, onProgress } = options;
  const random = seededRandom(seed);
  const tally: Tally = { answered: 0, kills: 0, heapWhenWarm: 0, heapAtEnd: 0, byOutcome: {}, odd: [], keys: [] };
  const killAt = new Set<number>();
  while (killAt.size < kills) killAt.add(Math.floor(random() * calls * 0.98));
  const warm = Math.floor(calls * warmShare);
  const killed = new Set<number>();
  let due = 0;

  const one = async (index: number): Promise<void> => {
    const key = `soak-${seed}-${index}`;
    const operation = operations[Math.floor(random() * operations.length)] ?? operations[0];
    const result = await operation.run(layer.ports, signal, key);
    tally.answered += 1;
    const outcome = result.isOk() ? 'answered' : `${result.error.kind} (${result.error.effect})`;
    tally.byOutcome[outcome] = (tally.byOutcome[outcome] ?? 0) + 1;
    if (result.isErr() && !isExplained(result.error)) tally.odd.push(`${operation.name}: ${outcome}`);
    if (result.isOk() && operation.name === 'sql.write') tally.keys.push(key);
  };

  const batch = async (from: number, to: number): Promise<void> => {
    let next = from;
    const worker = async (): Promise<void> => {
      for (; next < to;) {
        const index = next;
        next += 1;
        if (killAt.has(index)) due += 1;
        // A child that is dead already is not killed twice: the kill waits for the next one.
        if (due > 0 && kill(pids.at(-1), killed)) {
          due -= 1;
          tally.kills += 1;
        }
        await one(index);
        if (index % 1_000 === 999) onProgress?.(`${index + 1} calls, ${pids.length} children`);
      }
    };
    await Promise.all(Array.from({ length: inFlight }, worker));
  };

  await batch(0, warm);
  tally.heapWhenWarm = await heapAfterCollection();
  await batch(warm, calls);
  // The keys are the soak's own, and would count as growth.
  const { keys } = tally;
  const own = keys.length * bytesOfKey;
  tally.heapAtEnd = (await heapAfterCollection()) - own;
  return tally;
};

// In mid-call the effect is unknown; of a child killed while it starts nothing was asked yet.
const isExplained = ({ kind, effect }: LayerError): boolean =>
  kind === 'interrupted' || (kind === 'unavailable' && effect === 'none');

/** What one kept key takes in the heap, roughly: a short text and its place in a list. */
const bytesOfKey = 48;

const kill = (pid: number | undefined, killed: Set<number>): boolean => {
  // One that was killed a moment ago may still be listed.
  if (pid === undefined || killed.has(pid) || !isRunning(pid)) return false;
  process.kill(pid, 'SIGKILL');
  killed.add(pid);
  return true;
};

interface Operation {
  readonly name: string;
  run(ports: McpPorts, signal: AbortSignal, key: string): Promise<Result<unknown, LayerError>>;
}

const operations: readonly [Operation, ...Operation[]] = [
  {
    name: 'sql.read',
    run: ({ sql }, signal, key) => sql.read({ text: 'select $1::text as key', values: [key] }, newCall(signal)),
  },
  {
    name: 'sql.write',
    run: ({ sql }, signal, key) =>
      sql.write({ text: 'insert into public.soak values ($1)', values: [key] }, newCall(signal, key)),
  },
  { name: 'migrations.list', run: ({ migrations }, signal) => migrations.list({}, newCall(signal)) },
  { name: 'buckets.get', run: ({ buckets }, signal) => buckets.get({ id: 'soak' }, newCall(signal)) },
  { name: 'buckets.list', run: ({ buckets }, signal) => buckets.list({}, newCall(signal)) },
  { name: 'config.get', run: ({ config }, signal) => config.get({}, newCall(signal)) },
  { name: 'policies.list', run: ({ policies }, signal) => policies.list({}, newCall(signal)) },
];

const countRows = async (layer: Layer<McpPorts>, signal: AbortSignal, keys: readonly string[]) => {
  const text = `select (select count(distinct key)::int4 from public.soak where key = any($1::text[])) as confirmed,
    (select count(*)::int4 from (select key from public.soak group by key having count(*) > 1) again) as repeated`;
  const { rows } = succeeded(await layer.ports.sql.read({ text, values: [keys] }, newCall(signal)));
  const [row] = rows;
  return { confirmed: Number(row?.['confirmed']), repeated: Number(row?.['repeated']) };
};

// A socket that was closed is gone a little later.
/** What a closed layer still holds once it had time to end; what is only slow to go, on a busy machine, is no leak. */
const leftAfter = async (before: Resources): Promise<string> => {
  const endsAtMs = performance.now() + settleMs;
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, 200));
    const left = leftOver(before, openResources());
    if (left === '' || performance.now() >= endsAtMs) return left;
  }
};
