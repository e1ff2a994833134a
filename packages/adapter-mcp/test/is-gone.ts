/** Whether there is no process with this id. */
export const isGone = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

/** Resolves when it is gone. A process that is not ours to wait for has to be asked about; the test's own limit ends this. */
export const untilGone = async (pid: number): Promise<void> => {
  while (!isGone(pid)) await new Promise((resolve) => setImmediate(resolve));
};
