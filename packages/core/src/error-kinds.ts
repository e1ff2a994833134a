/**
 * Every kind of failure a layer can report, and what it means to whoever asked.
 *
 * - `answer`: the backend's own answer; no other layer could say anything else.
 * - `stop`: the caller stopped, or a defect of ours; nothing else is tried.
 * - `shut-door`: this layer did not take the work; another may.
 * - `lost-reply`: sent, and the answer was lost or could not be read.
 */
export const errorKinds = {
  'invalid-request': 'answer',
  'not-found': 'answer',
  conflict: 'answer',
  denied: 'answer',
  failed: 'answer',
  cancelled: 'stop',
  unexpected: 'stop',
  unauthorized: 'shut-door',
  unsupported: 'shut-door',
  'rate-limited': 'shut-door',
  unavailable: 'shut-door',
  'timed-out': 'lost-reply',
  interrupted: 'lost-reply',
  'invalid-reply': 'lost-reply',
} as const satisfies Record<string, 'answer' | 'stop' | 'shut-door' | 'lost-reply'>;

/** One of {@link errorKinds}. */
export type ErrorKind = keyof typeof errorKinds;

/** Whether a failed call may have done its work: `none` is a proof, `unknown` is every doubt. */
export type Effect = 'none' | 'unknown';
