import { setMaxListeners } from 'node:events';
import { isDeepStrictEqual } from 'node:util';
import type { Call, LayerError, SqlPort, SqlResult } from '@hybrid-supabase/core';
import { seededRandom } from '@hybrid-supabase/rig';
import { installSql, sql } from '@hybrid-supabase/sql';
import type { Result } from 'neverthrow';
import { openKillableLayers, type KillableLayer, type KillableLayers } from './killable-layers.js';
import { isRunning } from './resources.js';
import type { Soak, SoakCheck, SoakOptions, SoakResult } from './soak.js';

const keysInFlight = 8;
const callTimeoutMs = 60_000;
const mostTries = 30;

/** Keyed writes, each key through two layers at once, while layers are killed; counted by an independent connection. */
export const ledgerSoak: Soak = async (options) => {
  const startMs = performance.now();
  const open = await openKillableLayers();
  const signal = new AbortController().signal;
  setMaxListeners(0, signal);
  const run: Run = { open, signal, options, random: seededRandom(options.seed), tally: emptyTally() };
  try {
    await prepare(run);
    await writeAll(run);
    const counted = await count(run);
    await open.closeLayers();
    const checks = checksOf(run, counted, open.pids.filter(isRunning).length);
    return resultOf(run, checks, performance.now() - startMs);
  } finally {
    await open.close();
  }
};

interface Tally {
  confirmed: number;
  unequal: number;
  kills: number;
  readonly byOutcome: Record<string, number>;
  readonly byLayer: Record<string, number>;
}

interface Run {
  readonly open: KillableLayers;
  readonly signal: AbortSignal;
  readonly options: SoakOptions;
  readonly random: () => number;
  readonly tally: Tally;
}

const emptyTally = (): Tally => ({ confirmed: 0, unequal: 0, kills: 0, byOutcome: {}, byLayer: {} });

/** No constraint stands in the way of a second effect: it would be seen. */
const table = 'create table public.soak_ledger (key text); grant all on public.soak_ledger to service_role';

const prepare = async ({ open, signal }: Run): Promise<void> => {
  for (const [name, query] of Object.entries({ hybrid: installSql, soak_ledger: table })) {
    const applied = await open.migrate({ name, query }, newCall(signal, `migration-${name}`, false));
    if (applied.isErr()) throw new Error(`The soak cannot be prepared: ${applied.error.message}`);
  }
};

const writeAll = async (run: Run): Promise<void> => {
  const { calls, kills, onProgress } = run.options;
  const killAt = new Set<number>();
  while (killAt.size < Math.min(kills, calls)) killAt.add(Math.floor(run.random() * calls));
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < calls) {
      const index = next;
      next += 1;
      const writing = writeKey(run, index);
      // While this key and others are in flight.
      if (killAt.has(index)) await killOne(run);
      await writing;
      if (index % 500 === 499) onProgress?.(`${index + 1} keys, ${run.tally.kills} kills`);
    }
  };
  await Promise.all(Array.from({ length: keysInFlight }, work));
};

const killOne = async ({ open, random, tally }: Run): Promise<void> => {
  const victim = pick(open.layers, random);
  // A layer with nothing in flight cannot be hit; it gets another chance in a moment.
  for (let tries = 0; tries < 200; tries += 1) {
    if (await victim.kill()) {
      tally.kills += 1;
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
};

const pick = <T>(list: readonly T[], random: () => number): T => {
  const item = list[Math.floor(random() * list.length)];
  if (item === undefined) throw new RangeError('Nothing to choose from.');
  return item;
};

const writeKey = async (run: Run, index: number): Promise<void> => {
  const key = `ledger-${run.options.seed}-${index}`;
  const first = pick(run.open.layers, run.random);
  const second = pick(
    run.open.layers.filter((layer) => layer !== first),
    run.random,
  );
  const [one, other] = await Promise.all([confirm(run, key, [first, second]), confirm(run, key, [second, first])]);
  if (one === undefined || other === undefined) return;
  run.tally.confirmed += 1;
  if (!isDeepStrictEqual(one, other) || !isDeepStrictEqual(one.rows, [{ key }])) run.tally.unequal += 1;
};

/** Sends the same key until somebody confirms it, as a caller that never gives up would; each time through the other layer. */
const confirm = async (
  { signal, tally }: Run,
  key: string,
  layers: readonly [KillableLayer, KillableLayer],
): Promise<SqlResult | undefined> => {
  for (let tries = 0; tries < mostTries; tries += 1) {
    const layer = layers[tries % 2 === 0 ? 0 : 1];
    const result = await write(layer.sql, signal, key);
    const outcome = result.isOk() ? 'answered' : `${result.error.kind} (${result.error.effect})`;
    tally.byOutcome[outcome] = (tally.byOutcome[outcome] ?? 0) + 1;
    if (result.isErr()) continue;
    tally.byLayer[layer.name] = (tally.byLayer[layer.name] ?? 0) + 1;
    return result.value;
  }
  return undefined;
};

const write = (port: SqlPort, signal: AbortSignal, key: string): Promise<Result<SqlResult, LayerError>> =>
  port.write(sql`insert into public.soak_ledger values (${key}) returning key`, newCall(signal, key, true));

let attempts = 0;
const newCall = (signal: AbortSignal, key: string, isKeyed: boolean): Call => ({
  signal,
  deadlineMs: performance.now() + callTimeoutMs,
  attempt: 1,
  attemptId: `${key}-${(attempts += 1)}`,
  ...(isKeyed ? { idempotencyKey: key } : {}),
  progressed: () => undefined,
  note: () => undefined,
});

interface Counted {
  readonly rows: number;
  readonly keys: number;
  readonly recorded: number;
}

const count = async ({ open }: Run): Promise<Counted> => {
  const rows = await open.query(`select (select count(*)::int from public.soak_ledger) as rows,
    (select count(distinct key)::int from public.soak_ledger) as keys,
    (select count(*)::int from hybrid.ledger where state = 'done' and result is not null) as recorded`);
  const [row] = rows;
  return { rows: Number(row?.['rows']), keys: Number(row?.['keys']), recorded: Number(row?.['recorded']) };
};

const checksOf = ({ options, tally }: Run, counted: Counted, alive: number): readonly SoakCheck[] => {
  const { calls, kills } = options;
  return [
    check('every key is confirmed twice', tally.confirmed === calls, `${tally.confirmed} of ${calls}`),
    check('both confirmations are the same', tally.unequal === 0, `${tally.unequal} differ`),
    check('every key took effect', counted.keys === calls, `${counted.keys} of ${calls}`),
    check('no key took effect twice', counted.rows === counted.keys, `${counted.rows} rows, ${counted.keys} keys`),
    check('every key is recorded', counted.recorded === calls, `${counted.recorded} of ${calls}`),
    check('every kill was done', tally.kills === Math.min(kills, calls), `${tally.kills} of ${kills}`),
    check('no child is left', alive === 0, `${alive}`),
  ];
};

const check = (name: string, ok: boolean, found: string): SoakCheck => ({ name, ok, found });

const resultOf = ({ options, tally }: Run, checks: readonly SoakCheck[], tookMs: number): SoakResult => ({
  soak: 'ledger',
  seed: options.seed,
  tookMs: Math.round(tookMs),
  counts: { ...tally.byOutcome, ...prefixed('confirmed by ', tally.byLayer), kills: tally.kills },
  checks,
  ok: checks.every(({ ok }) => ok),
});

const prefixed = (prefix: string, counts: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).map(([name, number]) => [prefix + name, number]));
