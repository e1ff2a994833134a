import type { AnswerBody } from './answer-body.js';

/** Reads a body until its end or the signal's. */
export interface AbortableReader {
  /** Undefined after the last piece, and after the signal fired. */
  read(): Promise<Uint8Array | undefined>;
  /** Ends the request when it is left early. */
  end(): void;
}

/** Ends the reading by itself, so that a body that outlives its signal holds nothing open. */
export const abortableReader = (body: AnswerBody, signal: AbortSignal): AbortableReader => {
  const reader = body.getReader();
  const cancel = (): void => void reader.cancel().catch(() => undefined);
  signal.addEventListener('abort', cancel, { once: true });
  if (signal.aborted) cancel();
  return {
    async read() {
      const step = await reader.read();
      return step.done || signal.aborted ? undefined : step.value;
    },
    end() {
      signal.removeEventListener('abort', cancel);
      cancel();
    },
  };
};
