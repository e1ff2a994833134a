import { sql } from '@hybrid-supabase/sql';
import { inParallel } from './in-parallel.js';
import type { TourContext } from './tour-context.js';
import type { Fate } from './wire-tap.js';

const inserts = 60;
const workers = 6;
const lateMs = 1500;

/** What became of the inserts while the MCP server was killed. */
export interface OutageOutcome {
  readonly kills: number;
  /** Keyed inserts that were under way at the first kill. */
  readonly inFlightAtKill: number;
  /** Acknowledged, but absent. */
  readonly queriesLost: number;
  /** There more than once. */
  readonly queriesDuplicated: number;
}

/** (d) The MCP server is killed while keyed inserts run; an independent connection counts what is there. */
export const outageSection = async (context: TourContext): Promise<OutageOutcome> => {
  const { journal, names } = context;
  journal.section('The MCP server is killed, and the work goes on');
  const kills = planKills(context);
  const acknowledged = new Set<string>();
  const labels = Array.from({ length: inserts }, (_, index) => labelOf(index));
  journal.remark(`${inserts} keyed inserts, ${workers} at once, into a table without any unique constraint`);
  await inParallel(labels, workers, async (label) => {
    kills.inFlight += 1;
    if (await insert(context, label)) acknowledged.add(label);
    kills.inFlight -= 1;
  });
  await kills.settled();
  for (const line of kills.log) journal.remark(line);
  const counted = await context.count(names.insertsTable);
  const queriesLost = [...acknowledged].filter((label) => !counted.has(label)).length;
  const queriesDuplicated = labels.filter((label) => (counted.get(label) ?? 0) > 1).length;
  journal.check('every insert was acknowledged', acknowledged.size === inserts, `${acknowledged.size} of ${inserts}`);
  journal.check(
    'killed before a commit and after one',
    kills.before > 0 && kills.after > 0,
    `${kills.before} before, ${kills.after} after`,
  );
  journal.check('in flight at the first kill', kills.inFlightAtKill >= 1, `${kills.inFlightAtKill} inserts`);
  journal.check('acknowledged and absent', queriesLost === 0, `${queriesLost}`);
  journal.check('there more than once', queriesDuplicated === 0, `${queriesDuplicated}`);
  return { kills: kills.before + kills.after, inFlightAtKill: kills.inFlightAtKill, queriesLost, queriesDuplicated };
};

const labelOf = (index: number): string => `insert-${String(index).padStart(3, '0')}`;

const insert = async ({ hybrid, journal, names }: TourContext, label: string): Promise<boolean> => {
  const result = await journal.call({ operation: 'sql.write', about: label, silent: true }, () =>
    hybrid.sql.write(sql`insert into ${sql.identifier('public', names.insertsTable)} (label) values (${label})`, {
      idempotencyKey: `${names.key}-${label}`,
    }),
  );
  if (result.isErr()) journal.remark(`${label}: ${result.error.kind}, ${result.error.message}`);
  return result.isOk();
};

interface Kills {
  inFlight: number;
  inFlightAtKill: number;
  before: number;
  after: number;
  readonly log: string[];
  /** Resolves when every request that was held back has been let go. */
  settled(): Promise<void>;
}

/** Three moments on the wire: the request never arrives, it arrives late, or only its answer is lost. */
const planKills = ({ tap, killMcp, names }: TourContext): Kills => {
  const held: Promise<void>[] = [];
  const kills: Kills = {
    inFlight: 0,
    inFlightAtKill: 0,
    before: 0,
    after: 0,
    log: [],
    settled: async () => void (await Promise.all(held)),
  };
  const kill = (when: 'before' | 'after', how: string): void => {
    if (!killMcp()) return;
    if (kills.before + kills.after === 0) kills.inFlightAtKill = kills.inFlight;
    kills[when] += 1;
    kills.log.push(
      `MCP server killed ${when} the commit of one insert (${how}) with ${kills.inFlight} inserts in flight`,
    );
  };
  const plan = (index: number, fate: Fate): void =>
    tap.once((body) => body.includes(`${names.key}-${labelOf(index)}`), fate);
  const holdBack = (): Promise<undefined> => {
    const waited = new Promise<void>((resolve) => setTimeout(resolve, lateMs));
    held.push(waited);
    return waited.then(() => undefined);
  };
  plan(8, { before: () => (kill('before', 'its request never arrives'), 'drop') });
  plan(24, { after: () => kill('after', 'only its answer is lost') });
  plan(40, { before: () => (kill('before', `its request arrives ${lateMs} ms late`), holdBack()) });
  return kills;
};
