import type { DatabaseNames, Effect, ErrorKind, Statement } from '@hybrid-supabase/core';

/** What a case asks of each layer. `layer` keeps the rows of the layers apart; it must not show in the answer. */
export type Ask =
  | { readonly read: Statement }
  | { readonly write: (layer: string) => Statement; readonly key?: string; readonly sharesKey?: true }
  | { readonly batch: (layer: string) => readonly Statement[]; readonly key?: string };

/** The part of an error that must be alike on every layer. */
export interface ExpectedError {
  readonly kind: ErrorKind;
  readonly code: string;
  readonly sqlState?: string;
  readonly effect: Effect;
  readonly about?: DatabaseNames;
  /** Of what our own parser found; where the server found it, not every layer can know the place. */
  readonly position?: number;
}

/** One result: columns as `name type`, rows as lists in the order of the columns. */
export interface ExpectedResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  readonly rowCount: number | null;
}

/** What an error says to a person. */
export interface Words {
  readonly message: string;
  readonly hint?: string;
}

/** A question and what must come back, written by hand. */
export interface ParityCase {
  readonly name: string;
  readonly ask: Ask;
  /** Of an error; where they are not written, all layers must say the same. */
  readonly words?: Words;
  readonly expected: { readonly results: readonly ExpectedResult[] } | { readonly error: ExpectedError };
}
