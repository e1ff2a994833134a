import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Replaces a file as a whole: whoever reads it sees the old text or the new one, never a part, and after a power cut
 * one of both is there. `path` must be no symbolic link, or the link is what gets replaced. Rejects as `node:fs` does.
 */
export async function replaceFile(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.${randomUUID()}.new`;
  try {
    await writeNew(beside, text, mode);
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
  await syncFolder(dirname(path));
}

/** Writes a file that is not there yet, down to the disk. */
export async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const file = await open(path, 'wx', mode);
  try {
    // What the process masks out at the creation of a file was not masked out of the one it replaces.
    await file.chmod(mode);
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes a rename last. Windows opens no folders, and has no need to. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
