import { open } from 'node:fs/promises';

/** A rename is on disk only when its folder is; where a folder cannot be opened (Windows) there is nothing to do. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
