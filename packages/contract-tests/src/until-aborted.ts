/** Gives what the work gives, or undefined as soon as a signal fires; leaves no listener behind. */
export const untilAborted = async <T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<T | undefined> => {
  let stop = (): void => undefined;
  const stopped = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
  });
  for (const signal of signals) signal.addEventListener('abort', stop);
  return Promise.race([work, stopped]).finally(() => {
    for (const signal of signals) signal.removeEventListener('abort', stop);
  });
};
