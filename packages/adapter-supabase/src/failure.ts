import { layerError, type LayerError } from '@hybrid-supabase/core';

/** A {@link LayerError} before it is known which layer says it. */
export type Failure = Omit<LayerError, 'layer'>;

/** What an answer with an error says, as far as it could be read. */
export interface ErrorAnswer {
  readonly status?: number;
  /** The API's own code; a gateway in front of it sends none. */
  readonly code?: string;
  /** What the body calls the status; the Storage API answers 400 to nearly everything and tells the truth here. */
  readonly bodyStatus?: number;
  readonly label?: string;
  readonly message: string;
  readonly hint?: string;
  readonly retryAfterMs?: number;
}

/** Turns an answer with an error into what it means. */
export type Explain = (answer: ErrorAnswer) => Failure;

/** The failure as this layer's error. */
export const errorOf = (layer: string, failure: Failure): LayerError => layerError({ ...failure, layer });

/** A refusal before anything was sent. */
export const refusal = (message: string, hint = 'Correct the input; nothing was sent.'): Failure => ({
  kind: 'invalid-request',
  effect: 'none',
  message,
  hint,
});

/** An answer that nobody can read; the work may have been done. */
export const unreadable: Failure = {
  kind: 'invalid-reply',
  effect: 'unknown',
  message: 'The project answered with something that could not be read.',
  hint: 'Check that the project URL leads to a Supabase project and not to a proxy or a login page.',
};
