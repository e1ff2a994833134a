import type { HybridError, HybridResult } from './result.js';
import type { Trail } from './trail.js';

/** An error as it travels: without the trail (it is in `metadata`) and without the vendor's cause. */
export type EnvelopeError = Omit<HybridError, 'trail' | 'cause'>;

interface Flat {
  readonly metadata: { readonly trail: Trail };
  /** The layer that had the last word; null when nothing was sent. */
  readonly layerUsed: string | null;
}

/** One flat, JSON-friendly form of a result, for logs, the command line and other languages. */
export type HybridOperationResult<T> =
  | (Flat & { readonly success: true; readonly data: T; readonly error: null })
  | (Flat & { readonly success: false; readonly data: null; readonly error: EnvelopeError });

/** Flattens a result; exactly `success`, `data`, `error`, `metadata` and `layerUsed`. Never rejects. */
export const toEnvelope = <T>(result: HybridResult<T>): Promise<HybridOperationResult<T>> =>
  Promise.resolve(
    result.match<HybridOperationResult<T>>(
      ({ data, layer, trail }) => ({ success: true, data, error: null, metadata: { trail }, layerUsed: layer }),
      ({ trail, cause: _cause, ...error }) => ({
        success: false,
        data: null,
        error,
        metadata: { trail },
        layerUsed: error.layer ?? null,
      }),
    ),
  );
