import { refusal, type Failure } from './failure.js';

/** The code of a source that failed to be read, which it may not do another time. */
export const unreadableCode = 'SourceUnreadable';

/** The failure of an upload whose source could not be read. */
export const unreadableSource = (cause?: unknown): Failure => ({
  ...refusal('The source could not be read.', 'Check that it still exists, may be read and was not changed.'),
  code: unreadableCode,
  ...(cause !== undefined && { cause }),
});
