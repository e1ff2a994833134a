import { sql } from '@hybrid-supabase/sql';
import { openDoor, type Door } from '../door.js';
import type { Settings } from '../settings.js';
import { bucketsSection } from '../tour/buckets-section.js';
import { cleanUpSection } from '../tour/clean-up-section.js';
import { filesSection } from '../tour/files-section.js';
import { Journal } from '../tour/journal.js';
import { lostAnswerSection } from '../tour/lost-answer-section.js';
import { outageSection } from '../tour/outage-section.js';
import { blankPaper, createPaper } from '../tour/paper.js';
import { noProgress, showProgress } from '../tour/progress-bar.js';
import { servedBy, summarise, summaryTable } from '../tour/summary.js';
import { setUpSection } from '../tour/set-up-section.js';
import { tourNames, type TourContext } from '../tour/tour-context.js';
import { findTourFiles, type TourFile } from '../tour/tour-files.js';
import { startWireTap, type WireTap } from '../tour/wire-tap.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { openProject, type Project } from './project.js';

/** What `hybrid tour` takes. */
export interface TourOptions {
  readonly local?: boolean;
  readonly data?: string;
  readonly folder: string;
  readonly concurrency: number;
  readonly json?: boolean;
}

const hostedApiUrl = 'https://api.supabase.com';

/** Runs the tour and prints it; 0 when every check passed. */
export const tourCommand = async (options: TourOptions): Promise<ExitCode> => {
  const files = await findTourFiles(options.folder);
  if (files.isErr()) return complain(files.error, 'Name a folder that can be read, with --folder PATH.');
  const project = await openProject({ ...options, onProgress: say });
  if (project.isErr()) return complain(project.error.message, project.error.hint);
  try {
    const { mcp, supabase } = project.value.settings;
    if (!mcp || !supabase)
      return complain('The tour needs both layers.', 'Set all four SUPABASE_ variables, or use --local.');
    return await withTap(mcp.apiUrl ?? hostedApiUrl, (tap) => runTour(options, project.value, files.value, tap));
  } finally {
    await project.value.close();
  }
};

const withTap = async <T>(target: string, work: (tap: WireTap) => Promise<T>): Promise<T> => {
  const tap = await startWireTap(target);
  try {
    return await work(tap);
  } finally {
    await tap.close();
  }
};

const runTour = async (
  options: TourOptions,
  project: Project,
  files: readonly TourFile[],
  tap: WireTap,
): Promise<ExitCode> => {
  const startMs = performance.now();
  const paper = options.json ? blankPaper : createPaper((text) => process.stdout.write(text));
  const journal = new Journal(paper);
  const child = { pid: 0 };
  const hybrid = openDoor(throughTap(project.settings, tap), { onChildStarted: (pid) => (child.pid = pid) });
  try {
    const context: TourContext = {
      hybrid,
      journal,
      files,
      tap,
      names: tourNames(Date.now().toString(36)),
      concurrency: options.concurrency,
      killMcp: () => kill(child),
      count: project.countLabels ?? ((table) => countThroughDoor(hybrid, table)),
      progress: (title, total) => (options.json ? noProgress() : showProgress(process.stderr, title, total)),
    };
    await setUpSection(context);
    await bucketsSection(context);
    const filesOutcome = await filesSection(context);
    const outage = await outageSection(context);
    await lostAnswerSection(context);
    await cleanUpSection(context);
    const operations = summarise(journal.entries);
    journal.section('Who served what');
    paper.table(...summaryTable(operations));
    const seconds = Math.round((performance.now() - startMs) / 100) / 10;
    const passed = journal.checks.filter((check) => check.passed).length;
    paper.remark(`${passed} of ${journal.checks.length} checks passed in ${seconds} s`);
    if (options.json) {
      const outcome = {
        ok: journal.ok,
        ...filesOutcome,
        ...outage,
        servedBy: servedBy(journal.entries),
        seconds,
        checks: journal.checks,
        operations,
      };
      process.stdout.write(`${JSON.stringify(outcome, null, 2)}\n`);
    }
    return journal.ok ? exitCodes.done : exitCodes.failed;
  } finally {
    await hybrid.close();
  }
};

const throughTap = (settings: Settings, { url }: WireTap): Settings =>
  settings.mcp ? { ...settings, mcp: { ...settings.mcp, apiUrl: url } } : settings;

const kill = (child: { pid: number }): boolean => {
  const { pid } = child;
  child.pid = 0;
  if (pid === 0) return false;
  process.kill(pid, 'SIGKILL');
  return true;
};

/** On a hosted project there is no connection of our own: the database is asked through the door, by a read. */
const countThroughDoor = async (hybrid: Door, table: string): Promise<ReadonlyMap<string, number>> => {
  const result = await hybrid.sql.read(
    sql`select label, count(*)::int as times from ${sql.identifier('public', table)} group by label`,
  );
  return new Map(
    (result.isOk() ? result.value.data.rows : []).map((row) => [String(row['label']), Number(row['times'])]),
  );
};

const say = (line: string): void => void process.stderr.write(`${line}\n`);

const complain = (message: string, hint: string): ExitCode => {
  say(`${message}\n${hint}`);
  return exitCodes.usage;
};
