import type { InputOf, Layer, OperationName, OutputOf } from '@hybrid-supabase/core';

/**
 * How a backend fails.
 *
 * - `refuses`: no connection is accepted, so nothing can have happened.
 * - `hangs`: the request is taken and never answered, whatever the client does.
 * - `garbles`: the answer arrives and nobody can read it.
 * - `dies`: the request takes effect, and the connection is cut before the answer.
 * - `throws`: the vendor's client itself throws, synchronously.
 */
export type BackendFault = 'refuses' | 'hangs' | 'garbles' | 'dies' | 'throws';

/** One operation to try. */
export interface Sample<N extends OperationName> {
  /** An input that works on the fresh backend, and after the other samples ran; what it needs is prepared here, while the backend is whole. */
  input(): InputOf<N> | Promise<InputOf<N>>;
  /** Throws (`node:assert`) when the output is wrong. */
  check(output: OutputOf<N>): void;
  /** Requests that one healthy attempt takes; 0 for what is computed locally. @default 1 */
  readonly requests?: number;
  /**
   * What an idempotent operation leaves behind, read past the layer: compared after a second run. Needed
   * where a second run answers otherwise, as `files.remove` does. @default the output itself
   */
  state?(): unknown;
  /** The key that goes with the input just made, where the operation is to be tried with one. @default none */
  idempotencyKey?(): string;
}

/** Samples by operation; for each port the layer has at least one that sends something. */
export type Samples = { readonly [N in OperationName]?: Sample<N> };

/** What an adapter's test supplies. A fresh harness per case. */
export interface LayerHarness {
  readonly layer: Layer;
  readonly samples: Samples;
  /** Keys, tokens and passwords of this harness: none may occur in any error. @default none */
  readonly secrets?: readonly string[];
  /** Requests that reached the backend since the harness was opened. */
  sent(): number;
  /**
   * From now on the backend fails this way for every request. Break it below the adapter. False says that
   * this harness cannot produce the fault; only `throws` may be declined, by a harness over a real wire.
   */
  breakBackend(fault: BackendFault): boolean | Promise<boolean>;
  /** The backend works again. Without it, recovery is not tried. */
  heal?(): void | Promise<void>;
  /** Ends the layer and everything else the harness opened. Called once, after every case. */
  close(): Promise<void>;
}
