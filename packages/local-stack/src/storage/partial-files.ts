import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { partialUploadFrom, type PartialUpload } from './partial-upload.js';
import { createRunningDigests } from './running-digests.js';
import { isSystemError } from './system-error.js';

/** Uploads in progress on disk: a record and its bytes. All of it survives the end of the process, however it comes. */
export interface PartialFiles {
  /** Undefined when there is no such upload. */
  read(version: string): Promise<PartialUpload | undefined>;
  /** Whole or not at all. */
  save(upload: PartialUpload): Promise<void>;
  /** What really lies on disk: the offset at which the client goes on. */
  receivedBytes(version: string): Promise<number>;
  /** Adds at the end and gives the new size. What was written stays when the source or `check`, asked before each chunk, throws. */
  append(version: string, chunks: AsyncIterable<Uint8Array>, check: (sizeBytes: number) => void): Promise<number>;
  /** Lower-case hex. */
  md5(version: string): Promise<string>;
  /** Where the bytes are, for a link to them. */
  bytesFile(version: string): string;
  removeBytes(version: string): Promise<void>;
  /** Safe when it is gone already. */
  remove(version: string): Promise<void>;
  /** Every version of which anything is there, and when its newest file was written. */
  list(): Promise<readonly { version: string; writtenAtMs: number }[]>;
}

const absentIs =
  <T>(value: T) =>
  (thrown: unknown): T => {
    if (isSystemError(thrown, 'ENOENT')) return value;
    throw thrown;
  };

/** The directory is made when the first upload begins. */
export function createPartialFiles(directory: string): PartialFiles {
  const digests = createRunningDigests();
  const fileOf = (version: string, kind: 'json' | 'bytes' | 'tmp'): string =>
    path.join(directory, `${version}.${kind}`);
  const sizeOf = (version: string): Promise<number> =>
    stat(fileOf(version, 'bytes')).then((found) => found.size, absentIs(0));

  async function removeBytes(version: string): Promise<void> {
    digests.drop(version);
    await rm(fileOf(version, 'bytes'), { force: true });
  }

  return {
    read: (version) => readFile(fileOf(version, 'json'), 'utf8').then(partialUploadFrom, absentIs(undefined)),
    async save(upload) {
      await mkdir(directory, { recursive: true });
      await writeFile(fileOf(upload.version, 'tmp'), JSON.stringify(upload));
      await rename(fileOf(upload.version, 'tmp'), fileOf(upload.version, 'json'));
    },
    receivedBytes: sizeOf,
    async append(version, chunks, check) {
      const handle = await open(fileOf(version, 'bytes'), 'a');
      try {
        let { size } = await handle.stat();
        for await (const chunk of chunks) {
          check(size + chunk.byteLength);
          await handle.writeFile(chunk);
          digests.add(version, size, chunk);
          size += chunk.byteLength;
        }
        return size;
      } finally {
        await handle.close();
      }
    },
    async md5(version) {
      const running = digests.of(version, await sizeOf(version));
      if (running !== undefined) return running;
      const hash = createHash('md5');
      for await (const chunk of createReadStream(fileOf(version, 'bytes'))) hash.update(chunk);
      return hash.digest('hex');
    },
    bytesFile: (version) => fileOf(version, 'bytes'),
    removeBytes,
    // The record goes last: without it nobody would know that the bytes are to be removed.
    async remove(version) {
      await removeBytes(version);
      await rm(fileOf(version, 'tmp'), { force: true });
      await rm(fileOf(version, 'json'), { force: true });
    },
    async list() {
      const names = await readdir(directory).catch(absentIs<string[]>([]));
      const written = new Map<string, number>();
      for (const name of names) {
        const version = name.split('.')[0] ?? '';
        const at = await stat(path.join(directory, name)).then((found) => found.mtimeMs, absentIs(0));
        written.set(version, Math.max(at, written.get(version) ?? 0));
      }
      return [...written].map(([version, writtenAtMs]) => ({ version, writtenAtMs }));
    },
  };
}
