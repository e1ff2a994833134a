import { defaultMaxListeners, getMaxListeners, setMaxListeners } from 'node:events';

/** A signal that any number of calls under way may listen to; each leaves when it ends, but Node would warn of a leak. */
export const mayStopMany = (signal: AbortSignal): AbortSignal => {
  // A limit of the caller's own stays.
  if (limitOf(signal) === defaultMaxListeners) setMaxListeners(Number.POSITIVE_INFINITY, signal);
  return signal;
};

const limitOf = (signal: AbortSignal): number => {
  try {
    return getMaxListeners(signal);
  } catch {
    // Node 20 takes a signal whose limit is 0, which means none, for something else.
    return 0;
  }
};
