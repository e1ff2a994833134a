/** A statement with its values in it, and how its answer can be had. */
export interface RenderedStatement {
  /** SQL text, complete: what the digest of a key is made of. */
  readonly text: string;
  /** `rows`: it gives rows. `count`: it changes rows and gives none. `none`: it gives nothing. `kept`: see `keepAnswer`. */
  readonly answer: 'rows' | 'count' | 'none' | 'kept';
  /** Where the main part begins, in UTF-16 units, when it follows a list of `with` parts that must stay at the top; else 0. */
  readonly mainAt: number;
  /** It changes its transaction for whatever comes after it there, so it must not share one with others. */
  readonly alone?: true;
}

interface Timed {
  /** No longer than what is left of the attempt; whole and at least 1. */
  readonly statementTimeoutMs: number;
}

interface Limited extends Timed {
  /** Most bytes of the answer as JSON; the database refuses a larger one. @default 8_000_000 */
  readonly maxResultBytes?: number;
}

/** One checked read, to run in a read-only transaction. */
export interface ReadRequest extends Limited {
  readonly kind: 'read';
  readonly statement: RenderedStatement;
}

/** One checked statement without a key. */
export interface WriteRequest extends Limited {
  readonly kind: 'write';
  readonly statement: RenderedStatement;
}

/** A keyed write, or any batch: one call of the installed function. Without a key nothing is recorded. */
export interface RunRequest extends Limited {
  readonly kind: 'run';
  readonly key: string | null;
  readonly digest: string;
  readonly attemptId: string;
  readonly statements: readonly RenderedStatement[];
}

/** Asks the ledger what became of a key, fencing the named attempts. */
export interface SettleRequest extends Timed {
  readonly kind: 'settle';
  readonly key: string;
  readonly digest: string;
  readonly attemptIds: readonly string[];
}

/** Everything that a layer is ever asked to run; the values are in the texts already. */
export type SqlRequest = ReadRequest | WriteRequest | RunRequest | SettleRequest;
