import { open } from 'node:fs/promises';

/** Waits until a file's bytes, or a folder's names, are on the disk. Windows cannot open a folder, and keeps its names safe by itself. */
export async function syncPath(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  await handle.sync().finally(() => handle.close());
}
