import { errorKinds, type FileSource, type UnmeasuredSource } from '@hybrid-supabase/core';
import type { Failure } from './failure.js';

type Body = FileSource | UnmeasuredSource;

/** The code of an upload that cannot be sent again because its stream is used up. */
const spentCode = 'SourceSpent';

const hint =
  'Look whether the object is there. Make a new source to send it again: a path, a Blob or bytes can be sent any number of times.';

/** Why this source cannot be sent at all; undefined when it can. An earlier attempt may have stored what it sent. */
export const spentFault = (body: Body): Failure | undefined =>
  body.isSpent?.() === true
    ? {
        kind: 'failed',
        effect: 'unknown',
        code: spentCode,
        message: 'The stream was used up by an earlier attempt, so that nothing was sent.',
        hint,
      }
    : undefined;

/** The same failure as an end: what another attempt might mend, none can when the stream is used up. */
export const finalOf = (body: Body, failure: Failure): Failure => {
  const meaning = errorKinds[failure.kind];
  if (body.isSpent?.() !== true || meaning === 'answer' || meaning === 'stop') return failure;
  const { retryAfterMs: _never, ...rest } = failure;
  const message = `${failure.message} The stream was used up by then, so that it was not sent again.`;
  return { ...rest, kind: 'failed', code: spentCode, message, hint };
};
