import type { ResultAsync } from 'neverthrow';
import type { ErrorKind } from './error-kinds.js';
import type { LayerError } from './layer-error.js';
import type { OperationName } from './operations.js';
import type { Trail } from './trail.js';

/** An answer, who gave it, and how it came about. */
export interface Served<T> {
  readonly data: T;
  /** The layer that answered. */
  readonly layer: string;
  readonly trail: Trail;
}

/**
 * Why a call failed. `ambiguous`: a write was sent and nobody could say whether it happened; it was not
 * sent again. `no-layer`: no layer could be asked, nothing was sent.
 */
export interface HybridError extends Omit<LayerError, 'kind' | 'layer'> {
  readonly kind: ErrorKind | 'ambiguous' | 'no-layer';
  readonly operation: OperationName;
  /** The layer that had the last word; none when nothing was sent. */
  readonly layer?: string;
  readonly trail: Trail;
}

/** What every call of the door gives. Never rejects. */
export type HybridResult<T> = ResultAsync<Served<T>, HybridError>;
