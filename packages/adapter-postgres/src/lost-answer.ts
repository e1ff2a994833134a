import { layerError, type LayerError } from '@hybrid-supabase/core';
import { sqlErrorOf } from '@hybrid-supabase/sql';
import { serverErrorOf, textOf } from './server-error.js';
import type { FrameFault } from './frame-watch.js';

/** Says what it means that a statement was sent and its answer is an error, broken or lost. */
export const lostAnswer = (layer: string, cause: unknown, fault: FrameFault | undefined): LayerError => {
  if (fault !== undefined) return brokenAnswer(layer, fault, cause);
  const said = serverErrorOf(cause);
  if (said !== undefined) {
    const { isFatal: endedSession, ...error } = said;
    return sqlErrorOf({ ...error, layer, endedSession, cause });
  }
  return unreadable.test(textOf(cause, 'message') ?? '') ? brokenAnswer(layer, 'garbled', cause) : lost(layer, cause);
};

// The driver's words for a message type that it does not know, or that has no place there.
const unreadable = /^received invalid response|^Received unexpected/;

/** An answer that arrived and cannot be used. */
export const brokenAnswer = (layer: string, fault: FrameFault, cause?: unknown): LayerError =>
  layerError({
    kind: 'invalid-reply',
    layer,
    effect: 'unknown',
    ...brokenAnswers[fault],
    ...(cause !== undefined && { cause }),
  });

const brokenAnswers = {
  'too-large': {
    code: 'result-too-large',
    message: 'The answer of the database is larger than this layer takes; its connection was ended.',
    hint: 'Ask for fewer rows or columns at a time, or raise maxReplyBytes.',
  },
  garbled: {
    code: 'unreadable-answer',
    message: 'The answer of the database cannot be read.',
    hint: 'Look at what stands between here and the database: it is no PostgreSQL server that answers.',
  },
} as const satisfies Record<FrameFault, object>;

const lost = (layer: string, cause: unknown): LayerError =>
  layerError({
    kind: 'interrupted',
    layer,
    effect: 'unknown',
    message: 'The connection to the database was lost, or its driver failed, before the answer came.',
    hint: 'Try again; without an idempotency key, look first whether a write happened.',
    cause,
  });
