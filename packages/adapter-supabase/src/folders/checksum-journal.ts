import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { jsonOf } from '../read-value.js';
import type { LocalFile } from './local-files.js';

/** What the bytes of local files hash to, as long as the files look the same: also after a kill, so that no file is read again. */
export interface ChecksumJournal {
  /** MD5, lower-case hex; undefined for a file that is new or looks different. */
  known(file: LocalFile): string | undefined;
  /** Of bytes that were read since `readMs`, milliseconds since 1970. */
  read(file: LocalFile, md5: string, readMs: number): void;
  /** Of a file that this process has just put there. */
  received(file: LocalFile, md5: string): void;
  /** Brings the rest to disk and lets go of files that are gone. Never rejects. */
  close(): Promise<void>;
}

/** A journal that knows nothing. */
export const noJournal: ChecksumJournal = {
  known: () => undefined,
  read: () => undefined,
  received: () => undefined,
  close: async () => undefined,
};

/** Clocks of file systems are this coarse at worst: a file that changed so lately may change again and look the same. */
const coarsestClockMs = 2000;

/** Which journal. */
export interface ChecksumJournalPlace {
  /** Made when needed. */
  readonly directory: string;
  /** The local folder, which the journal is of. */
  readonly folder: string;
  /** What is there now: what is known of other files is forgotten. */
  readonly files: readonly LocalFile[];
  /** Nothing is written. @default false */
  readonly isReadOnly?: boolean;
}

/** Opens the journal of a local folder; rejects when the directory cannot be used. */
export const openChecksumJournal = async ({
  directory,
  folder,
  files,
  isReadOnly = false,
}: ChecksumJournalPlace): Promise<ChecksumJournal> => {
  if (!isReadOnly) await mkdir(directory, { recursive: true });
  const path = join(directory, `${createHash('sha256').update(resolve(folder)).digest('hex')}.md5s`);
  const text = await readFile(path, 'utf8').catch(() => '');
  const states = new Map(files.map((file) => [file.file, stateOf(file)]));
  const known = new Map<string, Known>();
  let lines = 0;
  for (const line of text.split('\n')) {
    if (line === '') continue;
    lines += 1;
    const [file, state, md5] = lineOf(line) ?? [];
    if (file === undefined || state === undefined || md5 === undefined) continue;
    if (states.get(file) === state) known.set(file, { state, md5 });
  }
  const handle = isReadOnly ? undefined : await open(path, 'a');
  return journalOver({ path, known, isLong: lines > 2 * known.size, ...(handle && { handle }) });
};

interface Known {
  readonly state: string;
  readonly md5: string;
}

interface Opened {
  readonly path: string;
  readonly known: Map<string, Known>;
  /** Half of its lines are of no use any more. */
  readonly isLong: boolean;
  /** Left out when nothing is to be written. */
  readonly handle?: FileHandle;
}

const journalOver = ({ path, known, isLong, handle }: Opened): ChecksumJournal => {
  let waiting: string[] = [];
  let writing: Promise<void> | undefined;
  const flush = async (handle: FileHandle): Promise<void> => {
    while (waiting.length > 0) {
      const lines = waiting.join('');
      waiting = [];
      // A journal that is not written costs another reading of the files, and nothing else.
      await handle.appendFile(lines).catch(() => undefined);
    }
    writing = undefined;
  };
  const note = (file: LocalFile, md5: string): void => {
    known.set(file.file, { state: stateOf(file), md5 });
    if (handle === undefined) return;
    // It begins a line of its own, whatever a kill left of the last one.
    waiting.push(`\n${JSON.stringify([file.file, stateOf(file), md5])}\n`);
    writing ??= flush(handle);
  };
  return {
    known(file) {
      const found = known.get(file.file);
      return found?.state === stateOf(file) ? found.md5 : undefined;
    },
    read(file, md5, readMs) {
      if (file.modifiedMs <= readMs - coarsestClockMs) note(file, md5);
    },
    received(file, md5) {
      // Nobody else knew its name. Whole seconds are the sign of a coarse clock.
      if (file.modifiedMs % 1000 !== 0) note(file, md5);
    },
    async close() {
      await writing;
      await handle?.close().catch(() => undefined);
      if (handle === undefined || !isLong) return;
      const fresh = `${path}.${randomUUID()}`;
      const lines = [...known].map(([file, { state, md5 }]) => `${JSON.stringify([file, state, md5])}\n`);
      await writeFile(fresh, lines.join(''))
        .then(() => rename(fresh, path))
        .catch(() => rm(fresh, { force: true }))
        .catch(() => undefined);
    },
  };
};

const stateOf = ({ sizeBytes, modifiedMs, changedMs, inode }: LocalFile): string =>
  [sizeBytes, modifiedMs, changedMs, inode].join(':');

const lineOf = (line: string): readonly string[] | undefined => {
  const values = jsonOf(line);
  if (!Array.isArray(values) || values.length !== 3) return undefined;
  return values.every((value): value is string => typeof value === 'string') ? values : undefined;
};
