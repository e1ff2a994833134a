import { mkdir, realpath, rm, stat, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { dirname, join, sep } from 'node:path';
import type { HybridError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { targetToFile } from '../file-target.js';
import { watchedTarget, type Moved } from '../transfer-progress.js';
import { inAdaptiveLanes, type LaneVerdict } from './adaptive-lanes.js';
import type { ChecksumJournal } from './checksum-journal.js';
import { receiveJobs, type ReceiveJob } from './download-names.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import { createProgressMeter } from './folder-progress.js';
import { journalOf } from './journal-of.js';
import { reportOf, type FolderOutcome, type FolderRefusal, type FolderReport } from './folder-report.js';
import { verdictOf } from './lane-verdict.js';
import { localFileOf, localFilesOf, type LocalFiles } from './local-files.js';
import { isUnchanged, md5OfTag } from './md5-of-file.js';
import { listFailed, unreadableFolder } from './refusals.js';
import { remoteFilesOf } from './remote-files.js';

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

  const journal = await journalOf(options, local.files);
  if (journal.isErr()) return err(journal.error);
  const { jobs, outcomes } = receiveJobs([...remote.value.values()], {
    ...{ prefix: prefixOf(options), names: options.names ?? 'refuse' },
    ...local,
  });
  const wanted = new Set(jobs.map(({ file }) => file));
  const changed = await changedOf(options, jobs, { local, outcomes, journal: journal.value });
  if (options.dryRun) outcomes.push(...changed.map((job) => ({ ...placeOf(job), did: 'would-receive' as const })));
  else await receiveAll(options, changed, { outcomes, journal: journal.value });
  await journal.value.close();
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

interface Noting {
  readonly outcomes: FolderOutcome[];
  readonly journal: ChecksumJournal;
}

const changedOf = async (
  { folder }: FolderOptions,
  jobs: readonly ReceiveJob[],
  { local, outcomes, journal }: Noting & { readonly local: LocalFiles },
): Promise<readonly ReceiveJob[]> => {
  const there = new Map(local.files.map((file) => [file.file, file]));
  const changed: ReceiveJob[] = [];
  for (const job of jobs) {
    const file = there.get(job.file);
    const path = join(folder, job.file);
    const isSame =
      file !== undefined && (await isUnchanged({ path, local: file, remote: job.remote, source: 'object', journal }));
    if (isSame) outcomes.push({ ...placeOf(job), did: 'unchanged' });
    else changed.push(job);
  }
  return changed;
};

const placeOf = ({ file, remote }: ReceiveJob) => ({ file, key: remote.path, sizeBytes: remote.sizeBytes });

const receiveAll = async (
  options: FolderOptions,
  jobs: readonly ReceiveJob[],
  { outcomes, journal }: Noting,
): Promise<void> => {
  const bytesTotal = jobs.reduce((sum, { remote }) => sum + remote.sizeBytes, 0);
  const meter = createProgressMeter({ filesTotal: jobs.length, bytesTotal, onProgress: options.onProgress });
  const root = jobs.length === 0 ? options.folder : await realpath(options.folder);
  const work = async (job: ReceiveJob): Promise<LaneVerdict> => {
    const outcome = await receive(options, job, { root, journal, moved: meter.moved });
    meter.fileEnded();
    outcomes.push(outcome);
    return verdictOf(outcome.error);
  };
  await inAdaptiveLanes({ items: jobs, mostAtOnce: options.mostAtOnce ?? 32, work });
  meter.end();
};

interface Receiving {
  readonly root: string;
  readonly journal: ChecksumJournal;
  readonly moved: Moved | undefined;
}

const receive = async (
  options: FolderOptions,
  job: ReceiveJob,
  { root, journal, moved }: Receiving,
): Promise<FolderOutcome> => {
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
  const to = moved === undefined ? targetToFile(path) : watchedTarget(targetToFile(path), moved);
  const received = await files.download({ bucket, path: job.remote.path, to }, { ...(signal && { signal }) });
  if (received.isErr()) return fail(received.error.message, received.error);
  const { sizeBytes, verified, etag } = received.value.data;
  const md5 = verified === 'checksum' ? md5OfTag(etag) : undefined;
  const found = await stat(path).catch(() => undefined);
  if (md5 !== undefined && found !== undefined) journal.received(localFileOf(job.file, found), md5);
  return { ...placeOf(job), sizeBytes, verified, did: 'received' };
};

const removed = async ({ folder, dryRun }: FolderOptions, file: string): Promise<FolderOutcome> => {
  if (dryRun) return { file, did: 'would-remove' };
  const why = 'The file could not be removed.';
  return rm(join(folder, file)).then(
    () => ({ file, did: 'removed' }),
    () => ({ file, did: 'failed', why }),
  );
};
