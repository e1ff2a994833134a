import { createHash, type Hash } from 'node:crypto';
import { join } from 'node:path';
import type { FileSource, HybridError, ListedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { sourceFromFile } from '../file-source.js';
import { keyFault } from '../object-key.js';
import { watchedSource } from '../transfer-progress.js';
import { inAdaptiveLanes, type LaneVerdict } from './adaptive-lanes.js';
import type { ChecksumJournal } from './checksum-journal.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import { createProgressMeter, type ProgressMeter } from './folder-progress.js';
import { reportOf, type FolderOutcome, type FolderRefusal, type FolderReport } from './folder-report.js';
import { journalOf } from './journal-of.js';
import { keyOfName } from './key-names.js';
import { verdictOf } from './lane-verdict.js';
import { localFilesOf, type LocalFile, type LocalFiles } from './local-files.js';
import { isUnchanged, md5OfFile, md5OfTag } from './md5-of-file.js';
import { remoteFilesOf } from './remote-files.js';
import { listFailed, unreadableFolder } from './refusals.js';

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
    outcomes.push(...jobs.map(({ file, key, sizeBytes }) => ({ file, key, sizeBytes, did: 'would-send' as const })));
  } else {
    const sent = await sendAll(options, jobs, { outcomes, journal });
    if (sent.length > 0) outcomes.push(...(await verified(options, sent)));
  }
  await journal.close();
  if (options.deleteExtra) {
    const kept = new Set([...keys.value.values(), ...local.others.map(({ file }) => prefixOf(options) + file)]);
    const extra = [...remote.value.keys()].filter((key) => !kept.has(key));
    outcomes.push(...(await removeExtra(options, local, extra)));
  }
  return ok(reportOf(outcomes, performance.now() - startMs));
};

const keysOf = (options: FolderOptions, { files }: LocalFiles): Result<ReadonlyMap<string, string>, FolderRefusal> => {
  const keys = new Map<string, string>();
  const refused: string[] = [];
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
    hint: "Rename them, or give `names: 'encode'`; a key has at most 1024 bytes, 255 a segment.",
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
    const path = join(options.folder, file.file);
    if (there !== undefined && (await isUnchanged({ path, local: file, remote: there, source: 'file', journal })))
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
    const result = await send(options, job, meter);
    meter.fileEnded();
    if (!('md5' in result)) outcomes.push(result);
    else {
      if (result.md5 !== undefined) journal.read(job, result.md5, readMs);
      sent.push(result);
    }
    return 'md5' in result ? 'done' : verdictOf(result.error);
  };
  await inAdaptiveLanes({ items: jobs, mostAtOnce: options.mostAtOnce ?? 32, work });
  meter.end();
  return sent;
};

const send = async (options: FolderOptions, job: Job, meter: ProgressMeter): Promise<Sent | FolderOutcome> => {
  const { bucket, signal, contentTypeOf, files } = options;
  const source = await sourceFromFile(join(options.folder, job.file));
  if (source.isErr()) return failed(job, 'The file vanished or could not be read.');
  const body = hashed(meter.moved === undefined ? source.value : watchedSource(source.value, meter.moved));
  const contentType = contentTypeOf?.(job.file);
  const stored = await files.upload(
    { bucket, path: job.key, body, upsert: job.replaces, ...(contentType !== undefined && { contentType }) },
    { ...(signal && { signal }) },
  );
  return stored.match<Sent | FolderOutcome>(
    () => ({ ...job, sizeBytes: body.sizeBytes, md5: body.md5() }),
    (error) => failed(job, error.message, error),
  );
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

const compared = async (
  { folder }: FolderOptions,
  job: Sent,
  there: ListedFile | undefined,
): Promise<FolderOutcome> => {
  const { file, key, sizeBytes } = job;
  if (there === undefined) return failed(job, 'Sent, and not there afterwards: somebody may have removed it.');
  const tag = md5OfTag(there.etag);
  const md5 = tag === undefined ? undefined : (job.md5 ?? (await md5OfFile(join(folder, file))));
  if (there.sizeBytes !== sizeBytes || md5 !== tag) return failed(job, 'What is stored is not what was sent.');
  return { file, key, sizeBytes, did: 'sent', verified: tag === undefined ? 'size' : 'checksum' };
};

const batch = 500;

const removeExtra = async (
  options: FolderOptions,
  local: LocalFiles,
  extra: readonly string[],
): Promise<readonly FolderOutcome[]> => {
  const { files, bucket, signal, dryRun } = options;
  const start = prefixOf(options).length;
  const say = (key: string, more: Omit<FolderOutcome, 'file' | 'key'>) => ({ file: key.slice(start), key, ...more });
  const why = 'A folder could not be read, so that the file may be there after all.';
  if (local.isPartial) return extra.map((key) => say(key, { did: 'skipped', why }));
  if (dryRun) return extra.map((key) => say(key, { did: 'would-remove' }));
  const outcomes: FolderOutcome[] = [];
  for (let from = 0; from < extra.length; from += batch) {
    const paths = extra.slice(from, from + batch);
    const removed = await files.remove({ bucket, paths }, { ...(signal && { signal }) });
    outcomes.push(
      ...paths.map((key) =>
        removed.match<FolderOutcome>(
          () => say(key, { did: 'removed' }),
          (error) => say(key, { did: 'failed', why: error.message, error }),
        ),
      ),
    );
  }
  return outcomes;
};
