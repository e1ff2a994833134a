import { mkdir, realpath, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import type { HybridError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { targetToFile } from '../file-target.js';
import { watchedTarget } from '../transfer-progress.js';
import { inAdaptiveLanes, type LaneVerdict } from './adaptive-lanes.js';
import type { ChecksumJournal } from './checksum-journal.js';
import { receiveJobs, type ReceiveJob } from './download-names.js';
import { extraFiles } from './extra-files.js';
import { folderFault } from './folder-fault.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import { createProgressMeter, type ProgressMeter } from './folder-progress.js';
import { journalOf } from './journal-of.js';
import { reportOf, type FolderOutcome, type FolderRefusal, type FolderReport } from './folder-report.js';
import { verdictOf } from './lane-verdict.js';
import { localFileOf, localFilesOf, type LocalFiles } from './local-files.js';
import { isUnchanged, md5OfTag } from './md5-of-file.js';
import { foldingIn, noFolding, type NameFolding } from './name-folding.js';
import { listFailed, unreadableFolder } from './refusals.js';
import { remoteFilesOf } from './remote-files.js';
import { whyKept } from './why-kept.js';

/**
 * Receives a folder. What is there already, proven by checksum, is not fetched again, so that a run after a kill goes
 * on where the first ended. No name leads out of the folder, through `..` or a symbolic link.
 */
export const downloadFolder = async (options: FolderOptions): Promise<Result<FolderReport, FolderRefusal>> => {
  const startMs = performance.now();
  const fault = folderFault(options);
  if (fault !== undefined) return err(fault);
  const remote = await remoteFilesOf(options, prefixOf(options));
  if (remote.isErr()) return err(listFailed(remote.error));
  const local = await localSide(options).catch((cause: unknown) => unreadableFolder(cause));
  if ('kind' in local) return err(local);

  const journal = await journalOf(options, local.files);
  if (journal.isErr()) return err(journal.error);
  const { jobs, outcomes } = receiveJobs([...remote.value.values()], {
    ...{ prefix: prefixOf(options), names: options.names ?? 'refuse', isWindows: process.platform === 'win32' },
    ...local,
  });
  // A key that no file can be may be why a file of that name is there.
  const extra = options.deleteExtra ? extraFiles(local, [...jobs, ...outcomes]) : [];
  const changed = await changedOf(options, jobs, { local, outcomes, journal: journal.value });
  for (const outcome of local.others) outcomes.push(outcome);
  if (options.dryRun) for (const job of changed) outcomes.push({ ...placeOf(job), did: 'would-receive' });
  else await receiveAll(options, changed, { outcomes, journal: journal.value, root: local.root });
  await journal.value.close();
  const why = whyKept(outcomes, remote.value.size);
  for (const file of extra)
    outcomes.push(why === undefined ? await removed(options, file, local.root) : { file, did: 'skipped', why });
  return ok(reportOf(outcomes, performance.now() - startMs));
};

interface LocalSide extends LocalFiles {
  /** Without any link on the way to it. */
  readonly root: string;
  readonly fold: NameFolding;
}

const localSide = async ({ folder, dryRun }: FolderOptions): Promise<LocalSide> => {
  if (dryRun && (await stat(folder).catch(() => undefined)) === undefined)
    return { files: [], others: [], unnamed: [], root: folder, fold: noFolding };
  if (!dryRun) await mkdir(folder, { recursive: true });
  const fold = dryRun ? noFolding : await foldingIn(folder);
  return { ...(await localFilesOf(folder)), root: await realpath(folder), fold };
};

interface Noting {
  readonly outcomes: FolderOutcome[];
  readonly journal: ChecksumJournal;
}

const changedOf = async (
  options: FolderOptions,
  jobs: readonly ReceiveJob[],
  { local, outcomes, journal }: Noting & { readonly local: LocalSide },
): Promise<readonly ReceiveJob[]> => {
  const there = new Map(local.files.map((file) => [local.fold(file.file), file]));
  const changed: ReceiveJob[] = [];
  for (const job of jobs) {
    const file = there.get(local.fold(job.file));
    const isSame =
      file !== undefined &&
      (await isUnchanged({ options, local: file, remote: job.remote, source: 'object', journal }));
    if (isSame) outcomes.push({ ...placeOf(job), did: 'unchanged' });
    else changed.push(job);
  }
  return changed;
};

const placeOf = ({ file, remote }: ReceiveJob) => ({ file, key: remote.path, sizeBytes: remote.sizeBytes });

const receiveAll = async (
  options: FolderOptions,
  jobs: readonly ReceiveJob[],
  { outcomes, journal, root }: Noting & { readonly root: string },
): Promise<void> => {
  const bytesTotal = jobs.reduce((sum, { remote }) => sum + remote.sizeBytes, 0);
  const meter = createProgressMeter({ filesTotal: jobs.length, bytesTotal, onProgress: options.onProgress });
  const work = async (job: ReceiveJob): Promise<LaneVerdict> => {
    const { outcome, verdict } = await receive(options, job, { root, journal, meter });
    meter.fileEnded();
    outcomes.push(outcome);
    return verdict;
  };
  await inAdaptiveLanes({ items: jobs, mostAtOnce: options.mostAtOnce ?? 32, work });
  meter.end();
};

interface Receiving {
  readonly root: string;
  readonly journal: ChecksumJournal;
  readonly meter: ProgressMeter;
}

interface Ended {
  readonly outcome: FolderOutcome;
  readonly verdict: LaneVerdict;
}

const receive = async (
  options: FolderOptions,
  job: ReceiveJob,
  { root, journal, meter }: Receiving,
): Promise<Ended> => {
  const { bucket, files, signal } = options;
  const path = join(root, job.file);
  const fail = (why: string, error?: HybridError): FolderOutcome => ({
    ...{ ...placeOf(job), did: 'failed', why },
    ...(error && { error }),
  });
  const isInside = await mkdir(dirname(path), { recursive: true })
    .then(() => realpath(dirname(path)))
    .then((parent) => parent === root || parent.startsWith(root.endsWith(sep) ? root : root + sep))
    .catch(() => false);
  if (!isInside) return { outcome: fail('Its folder could not be made, or leads elsewhere.'), verdict: 'done' };
  const moved = meter.movedOf?.(job.remote.sizeBytes);
  const to = moved === undefined ? targetToFile(path) : watchedTarget(targetToFile(path), moved);
  const received = await files.download({ bucket, path: job.remote.path, to }, { ...(signal && { signal }) });
  const verdict = verdictOf(received);
  if (received.isErr()) return { outcome: fail(received.error.message, received.error), verdict };
  const { sizeBytes, verified, etag } = received.value.data;
  const md5 = verified === 'checksum' ? md5OfTag(etag, options) : undefined;
  const found = await stat(path).catch(() => undefined);
  if (md5 !== undefined && found !== undefined) journal.received(localFileOf(job.file, found), md5);
  return { outcome: { ...placeOf(job), sizeBytes, verified, did: 'received' }, verdict };
};

const removed = async ({ dryRun, signal }: FolderOptions, file: string, root: string): Promise<FolderOutcome> => {
  if (dryRun) return { file, did: 'would-remove' };
  if (signal?.aborted) return { file, did: 'skipped', why: 'The caller gave up.' };
  try {
    await rm(join(root, file));
  } catch {
    return { file, did: 'failed', why: 'The file could not be removed.' };
  }
  await removeEmpty(root, dirname(file));
  return { file, did: 'removed' };
};

/** A bucket has no empty folders, and one would be in the way of a file of its name. */
const removeEmpty = async (root: string, folder: string): Promise<void> => {
  for (let left = folder; left !== '.'; left = dirname(left)) {
    const isGone = await rmdir(join(root, left)).then(
      () => true,
      () => false,
    );
    if (!isGone) return;
  }
};
