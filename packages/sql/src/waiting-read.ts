import { layerError, type Call, type LayerError } from '@hybrid-supabase/core';
import { err, type Result } from 'neverthrow';
import type { ReadRequest } from './sql-request.js';

type Answer = Result<string, LayerError>;

/** A read that waits for its answer, alone or among others. */
export interface WaitingRead {
  readonly request: ReadRequest;
  readonly call: Call;
  /** Resolves with the first answer given, or when the call is over. */
  readonly answer: Promise<Answer>;
  isOver(): boolean;
  /** Later answers are dropped. */
  give(answer: Answer): void;
}

/** Begins to wait; when the call is over before an answer came, the wait ends with that. */
export const waitForAnswer = (layer: string, request: ReadRequest, call: Call): WaitingRead => {
  const { signal } = call;
  let over = false;
  let resolve: (answer: Answer) => void = () => undefined;
  const answer = new Promise<Answer>((settle) => (resolve = settle));
  const give = (given: Answer): void => {
    over = true;
    signal.removeEventListener('abort', giveUp);
    resolve(given);
  };
  const giveUp = (): void => give(err(givenUp(layer, signal)));
  signal.addEventListener('abort', giveUp);
  if (signal.aborted) giveUp();
  return { request, call, answer, isOver: () => over, give };
};

const givenUp = (layer: string, { reason }: AbortSignal): LayerError => {
  const isTimeout = typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
  return layerError({
    kind: isTimeout ? 'timed-out' : 'cancelled',
    layer,
    // A read has no effect that could matter, and it may have been sent.
    effect: 'unknown',
    message: isTimeout ? 'The read ran into its deadline.' : 'The caller gave the read up.',
    hint: isTimeout ? 'Give the call more time.' : 'Nothing needs to be done; call again when it is wanted.',
  });
};
