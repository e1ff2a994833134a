import type { Effect, ErrorKind } from './error-kinds.js';
import type { Fate } from './fate.js';

/** Names of the schema, never values. */
export interface DatabaseNames {
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
}

/**
 * What one layer says went wrong in one attempt: a frozen record, never a class, so that it means the
 * same in every copy of this package. It never holds a secret, a full URL, a row or the caller's input.
 */
export interface LayerError {
  readonly kind: ErrorKind;
  /** The layer that says so. */
  readonly layer: string;
  /** `unknown` whenever in doubt: this decides whether a write may be sent again. */
  readonly effect: Effect;
  /** One plain sentence for a person. Programs branch on `kind` and `code`. */
  readonly message: string;
  /** The backend's own code, for a program: `KeyAlreadyExists`, `fenced`, … */
  readonly code?: string;
  /** The SQLSTATE, five characters, when a database answered. */
  readonly sqlState?: string;
  /** What a person should do about it. */
  readonly hint?: string;
  /** What of the schema the database's message names: the same through every layer. */
  readonly about?: DatabaseNames;
  /** Where in the caller's own statement, in UTF-16 units from 0; left out where the layer cannot know it for certain. */
  readonly position?: number;
  /** The backend asked to be left alone for this many milliseconds. */
  readonly retryAfterMs?: number;
  /** The part that is at fault, when the layer knows; without it the fault counts as the layer's own edge. */
  readonly fault?: Fate;
  /** The vendor's error, untouched, for debugging. Not for logs: it may hold what the backend said verbatim. */
  readonly cause?: unknown;
}

/** Makes a {@link LayerError}; the copy is frozen. */
export const layerError = (error: LayerError): LayerError => Object.freeze({ ...error });
