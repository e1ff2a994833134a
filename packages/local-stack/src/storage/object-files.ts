import { createHash, randomUUID } from 'node:crypto';
import { copyFile, link, mkdir, open, rename, rm, rmdir } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { bucketFolder } from './bucket-folder.js';
import { isSystemError } from './system-error.js';

/** What is known of bytes that lie complete on disk. */
export interface StoredBytes {
  readonly version: string;
  readonly sizeBytes: number;
  /** Lower-case hex. */
  readonly md5: string;
}

/** Bytes on disk. A file is named by its version, never changes and shows up under its name only when complete. */
export interface ObjectFiles {
  /** Throws what `check` throws after each chunk, and then leaves nothing behind. */
  write(bucket: string, bytes: AsyncIterable<Uint8Array>, check: (sizeBytes: number) => void): Promise<StoredBytes>;
  /** Takes a complete file in under a version made before; the file keeps its own name, too. Again = same state. */
  adopt(file: string, bucket: string, version: string): Promise<void>;
  /** Undefined when the bytes are not there. The caller closes the handle. */
  open(bucket: string, version: string): Promise<FileHandle | undefined>;
  /** A second name for the same bytes, under a new version; undefined when they are not there. */
  duplicate(fromBucket: string, version: string, toBucket: string): Promise<string | undefined>;
  /** Safe when they are gone already. */
  remove(bucket: string, versions: readonly (string | null)[]): Promise<void>;
  /** Removes the bucket's directory if it is empty. */
  removeBucket(bucket: string): Promise<void>;
}

/** A version written by SQL could be any text; only ours are file names. */
const isVersion = (version: string | null): version is string => version !== null && /^[0-9a-f-]{36}$/.test(version);

const absent = (thrown: unknown): undefined => {
  if (isSystemError(thrown, 'ENOENT')) return undefined;
  throw thrown;
};

async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    // Some file systems have no hard links.
    if (!isSystemError(thrown, 'EPERM', 'ENOTSUP', 'EMLINK', 'EXDEV')) throw thrown;
    await copyFile(from, to);
  }
}

/** How bytes are kept. */
export interface ObjectFilesOptions {
  /** Waits until a file's bytes, or a folder's names, are on the disk. Without it nobody waits, and a power failure may take what was told to be there. */
  readonly sync?: (path: string) => Promise<void>;
}

const noWait = (): Promise<void> => Promise.resolve();

/** Part files left by a process that died are removed before the first write. */
export function createObjectFiles(directory: string, { sync = noWait }: ObjectFilesOptions = {}): ObjectFiles {
  const parts = path.join(directory, '.parts');
  const folderOf = (bucket: string): string => path.join(directory, bucketFolder(bucket));
  const fileOf = (bucket: string, version: string): string => path.join(folderOf(bucket), version);
  let swept: Promise<unknown> | undefined;

  const sweep = async (): Promise<void> => {
    await rm(parts, { recursive: true, force: true });
    await mkdir(parts, { recursive: true });
  };

  async function receive(part: string, bytes: AsyncIterable<Uint8Array>, check: (sizeBytes: number) => void) {
    const hash = createHash('md5');
    const handle = await open(part, 'wx');
    let sizeBytes = 0;
    try {
      for await (const chunk of bytes) {
        sizeBytes += chunk.byteLength;
        check(sizeBytes);
        hash.update(chunk);
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
    return { sizeBytes, md5: hash.digest('hex') };
  }

  async function syncNew(bucket: string, version: string): Promise<void> {
    await sync(fileOf(bucket, version));
    await sync(folderOf(bucket));
  }

  return {
    async write(bucket, bytes, check) {
      await (swept ??= sweep());
      const version = randomUUID();
      const part = path.join(parts, version);
      try {
        const received = await receive(part, bytes, check);
        await sync(part);
        await mkdir(folderOf(bucket), { recursive: true });
        await rename(part, fileOf(bucket, version));
        await sync(folderOf(bucket));
        return { version, ...received };
      } catch (thrown) {
        await rm(part, { force: true });
        throw thrown;
      }
    },
    async adopt(file, bucket, version) {
      await mkdir(folderOf(bucket), { recursive: true });
      // A crash may have left a copy that is not whole.
      await rm(fileOf(bucket, version), { force: true });
      await linkOrCopy(file, fileOf(bucket, version));
      await syncNew(bucket, version);
    },
    async open(bucket, version) {
      return isVersion(version) ? open(fileOf(bucket, version), 'r').catch(absent) : undefined;
    },
    async duplicate(fromBucket, version, toBucket) {
      if (!isVersion(version)) return undefined;
      const copy = randomUUID();
      await mkdir(folderOf(toBucket), { recursive: true });
      const made = await linkOrCopy(fileOf(fromBucket, version), fileOf(toBucket, copy)).then(() => copy, absent);
      if (made !== undefined) await syncNew(toBucket, made);
      return made;
    },
    async remove(bucket, versions) {
      for (const version of versions.filter(isVersion)) await rm(fileOf(bucket, version), { force: true });
    },
    async removeBucket(bucket) {
      await rmdir(folderOf(bucket)).catch((thrown: unknown) => {
        if (!isSystemError(thrown, 'ENOENT', 'ENOTEMPTY', 'EEXIST')) throw thrown;
      });
    },
  };
}
