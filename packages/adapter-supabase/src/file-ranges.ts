import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { uptime } from 'node:os';
import { dirname } from 'node:path';
import { layerError, type ByteRange, type LayerError, type RangeWriter } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { uncovered } from './byte-ranges.js';
import { partialPath } from './partial-path.js';
import { freeLock, takeLock } from './process-lock.js';
import { membersOf } from './read-value.js';
import { syncFolder } from './sync-folder.js';

/** What the bytes are of. */
interface Version {
  readonly etag: string;
  readonly sizeBytes: number;
}

/**
 * Opens `<path>.part` for writing in any order. Beside it lies a log of what was written, one line each, after the
 * bytes: it holds what a killed process wrote. After a start of the machine it is not believed, since bytes may be
 * lost that the log has.
 */
export const openFileRanges = async (path: string, version: Version): Promise<Result<RangeWriter, LayerError>> => {
  const lock = partialPath(path, '.part.lock');
  try {
    if (!(await takeLock(lock))) return err(failure('Another download is writing this file.'));
  } catch (cause) {
    return err(failure(notCreated, cause));
  }
  try {
    return ok(await begin(path, version, lock));
  } catch (cause) {
    await freeLock(lock).catch(() => undefined);
    return err(failure(notCreated, cause));
  }
};

const notCreated = 'The file could not be created.';

const begin = async (path: string, version: Version, lock: string): Promise<RangeWriter> => {
  const [partial, log] = [partialPath(path, '.part'), partialPath(path, '.part.log')];
  const head = JSON.stringify({ ...version, boot: await bootOf() });
  const kept = await writtenOf(partial, log, { head, sizeBytes: version.sizeBytes });
  const file = await open(partial, kept.length === 0 ? 'w+' : 'r+');
  try {
    if (kept.length === 0) await writeFile(log, `${head}\n`);
    const journal = await open(log, 'a');
    return writerOver({ path, partial, log, lock, file, journal, missing: uncovered(kept, version.sizeBytes) });
  } catch (thrown) {
    await file.close();
    throw thrown;
  }
};

interface Opened {
  readonly path: string;
  readonly partial: string;
  readonly log: string;
  readonly lock: string;
  readonly file: FileHandle;
  readonly journal: FileHandle;
  readonly missing: readonly ByteRange[];
}

/** Of one reading. */
const pieceBytes = 1024 * 1024;

const writerOver = ({ path, partial, log, lock, file, journal, missing }: Opened): RangeWriter => {
  let ended = false;
  const close = async (): Promise<void> => {
    ended = true;
    const closed = await Promise.allSettled([journal.close(), file.close()]);
    await freeLock(lock);
    for (const outcome of closed) if (outcome.status === 'rejected') throw outcome.reason;
  };
  return {
    missing,
    async writeAt(offset, chunk) {
      for (let done = 0; done < chunk.byteLength;) {
        done += (await file.write(chunk, done, chunk.byteLength - done, offset + done)).bytesWritten;
      }
      await journal.write(`${offset} ${offset + chunk.byteLength}\n`);
    },
    async *read() {
      for (let position = 0; ;) {
        const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, position);
        if (bytesRead === 0) return;
        yield buffer.subarray(0, bytesRead);
        position += bytesRead;
      }
    },
    async commit() {
      await file.sync();
      await rename(partial, path);
      await rm(log, { force: true });
      await close();
      await syncFolder(dirname(path));
    },
    async keep() {
      if (ended) return;
      await close();
    },
    async discard() {
      if (ended) return;
      // The log first: without it the bytes mean nothing to anybody.
      await rm(log, { force: true });
      await rm(partial, { force: true });
      await close();
    },
  };
};

interface Expected {
  readonly head: string;
  readonly sizeBytes: number;
}

/** What the log says was written, when it is of this version and start of the machine, and the file can hold it. */
const writtenOf = async (
  partial: string,
  log: string,
  { head, sizeBytes }: Expected,
): Promise<readonly ByteRange[]> => {
  const absent = (thrown: unknown): undefined => {
    if (membersOf(thrown)?.['code'] !== 'ENOENT') throw thrown;
  };
  const [text = '', found] = [await readFile(log, 'utf8').catch(absent), await stat(partial).catch(absent)];
  const [first, ...lines] = text.split('\n').slice(0, -1);
  if (first !== head || found === undefined || found.size > sizeBytes) return [];
  const written = lines.flatMap((line) => {
    const [, from, to] = /^(\d+) (\d+)$/.exec(line) ?? [];
    return Number(from) < Number(to) ? [{ from: Number(from), to: Number(to) }] : [];
  });
  // Where the size is all that is known of an object, a file that was cut off would pass for whole.
  return written.every(({ to }) => to <= found.size) ? written : [];
};

/** The same until the machine starts again. Where it has no name for that, the minute of its start, give or take its clock. */
const bootOf = async (): Promise<string> => {
  const named = await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined);
  return named?.trim() ?? String(Math.round((Date.now() / 1000 - uptime()) / 60));
};

const failure = (message: string, cause?: unknown): LayerError =>
  layerError({
    kind: 'failed',
    layer: 'local-file',
    effect: 'none',
    message,
    hint: 'Check that its folder exists and may be written to.',
    ...(cause !== undefined && { cause }),
  });
