import { mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join, sep } from 'node:path';
import type { HybridError, ListedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { targetToFile } from '../file-target.js';
import { inAdaptiveLanes, type LaneVerdict } from './adaptive-lanes.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import { createProgressMeter } from './folder-progress.js';
import { reportOf, type FolderOutcome, type FolderRefusal, type FolderReport } from './folder-report.js';
import { nameOfKey } from './key-names.js';
import { verdictOf } from './lane-verdict.js';
import { localFilesOf, type LocalFiles } from './local-files.js';
import { isUnchanged } from './md5-of-file.js';
import { listFailed, unreadableFolder } from './refusals.js';
import { remoteFilesOf } from './remote-files.js';

interface Job {
  readonly file: string;
  readonly remote: ListedFile;
}

/**
 * Receives a folder. What is there already, proven by checksum, is not fetched again, so that a run after a kill goes
 * on where the first ended. No name leads out of the folder, through `..` or a symbolic link.
 */
export const downloadFolder = async (options: FolderOptions): Promise<Result<FolderReport, FolderRefusal>> => {
  const startMs = performance.now();
  const remote = await remoteFilesOf(options, prefixOf(options));
  if (remote.isErr()) return err(listFailed(remote.error));
  const local = await localSide(options).catch((cause: unknown) => unreadableFolder(cause));
  if ('kind' in local) return err(local);

  const { jobs, outcomes } = named(options, [...remote.value.values()], local);
  const wanted = new Set(jobs.map(({ file }) => file));
  const changed = await changedOf(options, jobs, { local, outcomes });
  if (options.dryRun) outcomes.push(...changed.map((job) => ({ ...placeOf(job), did: 'would-receive' as const })));
  else await receiveAll(options, changed, outcomes);
  if (options.deleteExtra) {
    // A key that no file can be may be why a file of that name is there.
    const kept = new Set([...wanted, ...outcomes.map(({ file }) => file)]);
    const extra = local.files.filter(({ file }) => !kept.has(file)).map(({ file }) => file);
    for (const file of extra) outcomes.push(await removed(options, file));
  }
  return ok(reportOf([...outcomes, ...local.others], performance.now() - startMs));
};

interface LocalSide extends LocalFiles {
  readonly ignoresCase: boolean;
}

const nothing: LocalSide = { files: [], others: [], isPartial: false, ignoresCase: false };

const localSide = async ({ folder, dryRun }: FolderOptions): Promise<LocalSide> => {
  if (dryRun && (await stat(folder).catch(() => undefined)) === undefined) return nothing;
  if (!dryRun) await mkdir(folder, { recursive: true });
  return { ...(await localFilesOf(folder)), ignoresCase: !dryRun && (await ignoresCase(folder)) };
};

/** Tried out: the same machine may have folders of both kinds. */
const ignoresCase = async (folder: string): Promise<boolean> => {
  const name = `.case-${randomUUID()}`;
  await writeFile(join(folder, name), '');
  const seen = await stat(join(folder, name.toUpperCase())).catch(() => undefined);
  await rm(join(folder, name));
  return seen !== undefined;
};

const named = (options: FolderOptions, remote: readonly ListedFile[], { ignoresCase, others }: LocalSide) => {
  const jobs: Job[] = [];
  const outcomes: FolderOutcome[] = [];
  const start = prefixOf(options).length;
  const folders = new Set(remote.flatMap(({ path }) => parentsOf(path.slice(start))));
  const links = new Set(others.map(({ file }) => file));
  const taken = new Set<string>();
  for (const object of remote) {
    const key = object.path;
    const short = key.slice(start);
    const file = nameOfKey(short, options.names ?? 'refuse');
    const cased = ignoresCase ? file?.toLowerCase() : file;
    const why = whyNot({ file, cased, short, folders, links, taken });
    if (why !== undefined || file === undefined || cased === undefined)
      outcomes.push({ file: file ?? short, key, did: 'skipped', why: why ?? noName });
    else {
      taken.add(cased);
      jobs.push({ file, remote: object });
    }
  }
  return { jobs, outcomes };
};

const noName = 'No file can have this name here.';

interface Naming {
  readonly file: string | undefined;
  readonly cased: string | undefined;
  readonly short: string;
  readonly folders: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
}

const whyNot = ({ file, cased, short, folders, links, taken }: Naming): string | undefined => {
  if (file === undefined || cased === undefined || !isSafe(file)) return noName;
  if (folders.has(short)) return 'A folder has the same name.';
  if (links.has(file) || parentsOf(file).some((parent) => links.has(parent)))
    return 'Something that is no file or folder is in the way.';
  return taken.has(cased) ? 'Another name differs from it in upper and lower case only.' : undefined;
};

const isSafe = (file: string): boolean =>
  !file.includes('\0') &&
  (sep === '/' || !/[\\:]/.test(file)) &&
  file.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');

const parentsOf = (file: string): readonly string[] => {
  const segments = file.split('/').slice(0, -1);
  return segments.map((_, at) => segments.slice(0, at + 1).join('/'));
};

const changedOf = async (
  { folder }: FolderOptions,
  jobs: readonly Job[],
  { local, outcomes }: { readonly local: LocalFiles; readonly outcomes: FolderOutcome[] },
): Promise<readonly Job[]> => {
  const there = new Map(local.files.map((file) => [file.file, file]));
  const changed: Job[] = [];
  for (const job of jobs) {
    const file = there.get(job.file);
    const isSame = file !== undefined && (await isUnchanged(join(folder, job.file), file, job.remote, 'object'));
    if (isSame) outcomes.push({ ...placeOf(job), did: 'unchanged' });
    else changed.push(job);
  }
  return changed;
};

const placeOf = ({ file, remote }: Job) => ({ file, key: remote.path, sizeBytes: remote.sizeBytes });

const receiveAll = async (options: FolderOptions, jobs: readonly Job[], outcomes: FolderOutcome[]): Promise<void> => {
  const bytesTotal = jobs.reduce((sum, { remote }) => sum + remote.sizeBytes, 0);
  const meter = createProgressMeter({ filesTotal: jobs.length, bytesTotal, onProgress: options.onProgress });
  const root = jobs.length === 0 ? options.folder : await realpath(options.folder);
  const work = async (job: Job): Promise<LaneVerdict> => {
    const outcome = await receive(options, job, root);
    if (outcome.did === 'received') meter.moved(outcome.sizeBytes ?? 0);
    meter.fileEnded();
    outcomes.push(outcome);
    return verdictOf(outcome.error);
  };
  await inAdaptiveLanes({ items: jobs, mostAtOnce: options.mostAtOnce ?? 32, work });
  meter.end();
};

const receive = async (options: FolderOptions, job: Job, root: string): Promise<FolderOutcome> => {
  const { bucket, files, signal } = options;
  const path = join(root, job.file);
  const fail = (why: string, error?: HybridError): FolderOutcome => ({
    ...{ ...placeOf(job), did: 'failed', why },
    ...(error && { error }),
  });
  const isInside = await mkdir(dirname(path), { recursive: true })
    .then(() => realpath(dirname(path)))
    .then((parent) => parent === root || parent.startsWith(root + sep))
    .catch(() => false);
  if (!isInside) return fail('Its folder could not be made, or leads elsewhere.');
  const received = await files.download(
    { bucket, path: job.remote.path, to: targetToFile(path) },
    { ...(signal && { signal }) },
  );
  return received.match<FolderOutcome>(
    ({ data: { sizeBytes, verified } }) => ({ ...placeOf(job), sizeBytes, verified, did: 'received' }),
    (error) => fail(error.message, error),
  );
};

const removed = async ({ folder, dryRun }: FolderOptions, file: string): Promise<FolderOutcome> => {
  if (dryRun) return { file, did: 'would-remove' };
  const why = 'The file could not be removed.';
  return rm(join(folder, file)).then(
    () => ({ file, did: 'removed' }),
    () => ({ file, did: 'failed', why }),
  );
};
