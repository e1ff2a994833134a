/** What came first: the value, or one of the signals. */
export type Waited<T> = { readonly value: T } | 'stopped';

/**
 * Waits for `work`, but not past any of the signals. A rejection of `work` after that is nobody's business.
 * Leaves no listener behind.
 */
export const untilStopped = async <T>(work: Promise<T>, signals: readonly AbortSignal[]): Promise<Waited<T>> => {
  let stop: (() => void) | undefined;
  const stopping = new Promise<'stopped'>((resolve) => {
    stop = () => resolve('stopped');
  });
  const onAbort = (): void => stop?.();
  for (const signal of signals) signal.addEventListener('abort', onAbort);
  if (signals.some((signal) => signal.aborted)) onAbort();
  try {
    return await Promise.race([stopping, work.then((value) => ({ value }))]);
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', onAbort);
  }
};
