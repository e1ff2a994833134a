import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import type { FileSource, HybridError, ListedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { sourceFromFile } from '../file-source.js';
import { keyFault } from '../object-key.js';
import { watchedSource } from '../transfer-progress.js';
import { inAdaptiveLanes, type LaneVerdict } from './adaptive-lanes.js';
import type { ChecksumJournal } from './checksum-journal.js';
import { folderFault } from './folder-fault.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import { createProgressMeter, type ProgressMeter } from './folder-progress.js';
import { reportOf, type FolderOutcome, type FolderRefusal, type FolderReport } from './folder-report.js';
import { journalOf } from './journal-of.js';
import { keyOfName } from './key-names.js';
import { verdictOf } from './lane-verdict.js';
import { localFilesOf, type LocalFile, type LocalFiles } from './local-files.js';
import { isUnchanged, md5OfFile, md5OfTag } from './md5-of-file.js';
import { parentsOf } from './parents-of.js';
import { listFailed, unreadableFolder } from './refusals.js';
import { remoteFilesOf } from './remote-files.js';
import { removeExtra } from './remove-extra.js';
import { whyKept } from './why-kept.js';

interface Job extends LocalFile {
  readonly key: string;
  readonly replaces: boolean;
}

interface Sent extends Job {
  readonly md5: string | undefined;
}

/**
 * Sends a folder. What is there already, proven by checksum, is not sent again, so that a run after a kill goes on
 * where the first ended. What was sent is verified from list pages, not file by file.
 */
export const uploadFolder = async (options: FolderOptions): Promise<Result<FolderReport, FolderRefusal>> => {
  const startMs = performance.now();
  const fault = folderFault(options);
  if (fault !== undefined) return err(fault);
  const local = await localFilesOf(options.folder).catch((cause: unknown) => unreadableFolder(cause));
  if ('kind' in local) return err(local);
  const keys = keysOf(options, local);
  if (keys.isErr()) return err(keys.error);
  const remote = await remoteFilesOf(options, prefixOf(options));
  if (remote.isErr()) return err(listFailed(remote.error));

  const opened = await journalOf(options, local.files);
  if (opened.isErr()) return err(opened.error);
  const journal = opened.value;
  const outcomes: FolderOutcome[] = [...local.others];
  const jobs = await jobsOf({ options, files: local.files, keys: keys.value, remote: remote.value, outcomes, journal });
  if (options.dryRun) {
    for (const { file, key, sizeBytes } of jobs) outcomes.push({ file, key, sizeBytes, did: 'would-send' });
  } else {
    const sent = await sendAll(options, jobs, { outcomes, journal });
    if (sent.length > 0) for (const outcome of await verified(options, sent)) outcomes.push(outcome);
  }
  await journal.close();
  if (options.deleteExtra) {
    const extra = extraOf(options, { remote: remote.value, keys: keys.value, local });
    const why = whyKept(outcomes, local.files.length + local.others.length);
    for (const outcome of await removed(options, extra, why)) outcomes.push(outcome);
  }
  return ok(reportOf(outcomes, performance.now() - startMs));
};

interface Sides {
  readonly remote: ReadonlyMap<string, ListedFile>;
  readonly keys: ReadonlyMap<string, string>;
  readonly local: LocalFiles;
}

/** What the folder does not have; behind what was skipped, as a link to a folder, may lie everything below its name. */
const extraOf = (options: FolderOptions, { remote, keys, local }: Sides): readonly string[] => {
  const keyOf = ({ file }: FolderOutcome): string =>
    prefixOf(options) + (keyOfName(file, options.names ?? 'refuse') ?? file);
  const kept = new Set([...keys.values(), ...local.others.map(keyOf)]);
  const behind = new Set(local.others.filter(({ did }) => did === 'skipped').map(keyOf));
  return [...remote.keys()].filter((key) => !kept.has(key) && !parentsOf(key).some((parent) => behind.has(parent)));
};

const removed = async (
  options: FolderOptions,
  extra: readonly string[],
  why: string | undefined,
): Promise<readonly FolderOutcome[]> => {
  if (why === undefined) return removeExtra(options, extra);
  const start = prefixOf(options).length;
  return extra.map((key) => ({ file: key.slice(start), key, did: 'skipped', why }));
};

const keysOf = (
  options: FolderOptions,
  { files, unnamed }: LocalFiles,
): Result<ReadonlyMap<string, string>, FolderRefusal> => {
  const keys = new Map<string, string>();
  const refused = [...unnamed];
  const prefix = prefixOf(options);
  for (const { file } of files) {
    const name = keyOfName(file, options.names ?? 'refuse');
    if (name === undefined || keyFault(prefix + name) !== undefined) refused.push(file);
    else keys.set(file, prefix + name);
  }
  if (refused.length === 0) return ok(keys);
  return err({
    kind: 'names-refused',
    message: `${refused.length} file names cannot be object keys; nothing was sent.`,
    hint: "Rename them, or give `names: 'encode'`; a name must be UTF-8, a key has at most 1024 bytes, 255 a segment.",
    names: refused,
  });
};

interface Planning {
  readonly options: FolderOptions;
  readonly files: readonly LocalFile[];
  readonly keys: ReadonlyMap<string, string>;
  readonly remote: ReadonlyMap<string, ListedFile>;
  readonly outcomes: FolderOutcome[];
  readonly journal: ChecksumJournal;
}

const jobsOf = async ({ options, files, keys, remote, outcomes, journal }: Planning): Promise<readonly Job[]> => {
  const jobs: Job[] = [];
  for (const file of files) {
    const key = keys.get(file.file) ?? '';
    const there = remote.get(key);
    if (there !== undefined && (await isUnchanged({ options, local: file, remote: there, source: 'file', journal })))
      outcomes.push({ file: file.file, key, did: 'unchanged', sizeBytes: file.sizeBytes });
    else jobs.push({ ...file, key, replaces: there !== undefined });
  }
  return jobs;
};

const sendAll = async (
  options: FolderOptions,
  jobs: readonly Job[],
  { outcomes, journal }: Pick<Planning, 'outcomes' | 'journal'>,
): Promise<readonly Sent[]> => {
  const sent: Sent[] = [];
  const bytesTotal = jobs.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const meter = createProgressMeter({ filesTotal: jobs.length, bytesTotal, onProgress: options.onProgress });
  const work = async (job: Job): Promise<LaneVerdict> => {
    const readMs = Date.now();
    const { result, verdict } = await send(options, job, meter);
    meter.fileEnded();
    if (!('md5' in result)) outcomes.push(result);
    else {
      if (result.md5 !== undefined) journal.read(job, result.md5, readMs);
      sent.push(result);
    }
    return verdict;
  };
  await inAdaptiveLanes({ items: jobs, mostAtOnce: options.mostAtOnce ?? 32, work });
  meter.end();
  return sent;
};

interface Ended {
  readonly result: Sent | FolderOutcome;
  readonly verdict: LaneVerdict;
}

const send = async (options: FolderOptions, job: Job, meter: ProgressMeter): Promise<Ended> => {
  const { bucket, signal, files } = options;
  const type = typeOf(options, job.file);
  if (type.isErr()) return { result: failed(job, type.error), verdict: 'done' };
  const source = await sourceFromFile(join(options.folder, job.file));
  if (source.isErr()) return { result: failed(job, 'The file vanished or could not be read.'), verdict: 'done' };
  const moved = meter.movedOf?.(job.sizeBytes);
  const body = hashed(moved === undefined ? source.value : watchedSource(source.value, moved));
  const stored = await files.upload(
    { bucket, path: job.key, body, upsert: job.replaces, ...type.value },
    { ...(signal && { signal }) },
  );
  const result = stored.match<Sent | FolderOutcome>(
    () => ({ ...job, sizeBytes: body.sizeBytes, md5: body.md5() }),
    (error) => failed(job, error.message, error),
  );
  return { result, verdict: verdictOf(stored) };
};

const typeOf = ({ contentTypeOf }: FolderOptions, file: string): Result<{ readonly contentType?: string }, string> => {
  try {
    const contentType = contentTypeOf?.(file);
    return ok(contentType === undefined ? {} : { contentType });
  } catch {
    return err('`contentTypeOf` threw for this file.');
  }
};

const failed = ({ file, key }: Job, why: string, error?: HybridError): FolderOutcome => ({
  ...{ file, key, did: 'failed', why },
  ...(error && { error }),
});

/** A source that says what passed. */
interface HashedSource extends FileSource {
  /** Of the bytes that went out, when they were read once from the first to the last. */
  md5(): string | undefined;
}

const hashed = (source: FileSource): HashedSource => {
  let hash: Hash | undefined;
  let hashedBytes = 0;
  return {
    ...source,
    async *open(offset) {
      if (offset === 0) [hash, hashedBytes] = [createHash('md5'), 0];
      let position = offset;
      for await (const chunk of source.open(offset)) {
        if (position === hashedBytes) {
          hash?.update(chunk);
          hashedBytes += chunk.byteLength;
        }
        position += chunk.byteLength;
        yield chunk;
      }
    },
    md5: () => (hash !== undefined && hashedBytes === source.sizeBytes ? hash.copy().digest('hex') : undefined),
  };
};

const verified = async (options: FolderOptions, sent: readonly Sent[]): Promise<readonly FolderOutcome[]> => {
  const remote = await remoteFilesOf(options, prefixOf(options));
  if (remote.isErr()) return sent.map((job) => failed(job, 'Sent, but the list to verify it by failed.', remote.error));
  const outcomes: FolderOutcome[] = [];
  for (const job of sent) outcomes.push(await compared(options, job, remote.value.get(job.key)));
  return outcomes;
};

const compared = async (options: FolderOptions, job: Sent, there: ListedFile | undefined): Promise<FolderOutcome> => {
  const { file, key, sizeBytes } = job;
  if (there === undefined) return failed(job, 'Sent, and not there afterwards: somebody may have removed it.');
  const tag = md5OfTag(there.etag, options);
  const md5 = tag === undefined ? undefined : (job.md5 ?? (await md5OfFile(join(options.folder, file))));
  if (there.sizeBytes !== sizeBytes || md5 !== tag) return failed(job, 'What is stored is not what was sent.');
  return { file, key, sizeBytes, did: 'sent', verified: tag === undefined ? 'size' : 'checksum' };
};
