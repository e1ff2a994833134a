import type { Method } from '../call.js';

/**
 * A value for a parameter. Text and numbers take the type their place in the statement asks for, exactly
 * as an untyped parameter of a driver does; write `${value}::numeric` to say it. Plain objects become
 * jsonb, arrays PostgreSQL arrays, `Date` timestamptz, `Uint8Array` bytea.
 */
export type SqlValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Date
  | Uint8Array
  | readonly SqlValue[]
  | { readonly [key: string]: unknown };

/** One SQL statement with `$1 … $n` and as many values. Values are data and can never become SQL. */
export interface Statement {
  readonly text: string;
  readonly values: readonly SqlValue[];
  /** How columns of some types come back; left out, every digit is kept. */
  readonly decode?: DecodeOptions;
}

/** The form of a type in rows, for a whole column and whatever its values. `number` rounds what a double cannot hold. */
export interface DecodeOptions {
  /** @default 'bigint' */
  readonly int8?: 'bigint' | 'number' | 'text';
  /** @default 'text' */
  readonly numeric?: 'text' | 'number';
}

/** One row by column name. A name that occurs twice gets `_2`, `_3`, … from its second occurrence on. */
export interface Row {
  readonly [column: string]: unknown;
}

/** A column of a result. */
export interface Column {
  readonly name: string;
  /** PostgreSQL's name of the type (`bigint`, `text[]`); `unknown` where the server could not say. */
  readonly type: string;
}

/** What a statement gave back; the same whichever layer answered. */
export interface SqlResult {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Rows returned or changed; null where the layer cannot know it. */
  readonly rowCount: number | null;
}

/** What a keyed write or batch became; see {@link SqlPort.settle}. */
export type Settlement =
  { readonly state: 'happened'; readonly results: readonly SqlResult[] } | { readonly state: 'fenced' };

/** SQL. Statements are refused before they are sent when they could not mean the same on every layer. */
export interface SqlPort {
  /** One statement that cannot write: parsed, then run in a read-only transaction. */
  readonly read: Method<Statement, SqlResult>;
  /** One statement. With an idempotency key it takes effect exactly once, whichever layers it went through. */
  readonly write: Method<Statement, SqlResult>;
  /** Several statements in one transaction: all or nothing, with a key exactly once. */
  readonly batch: Method<{ readonly statements: readonly Statement[] }, readonly SqlResult[]>;
  /**
   * Settles what became of a keyed write or batch: either it happened (and this is its recorded result), or
   * the named attempts are fenced and can never commit. `digest` is that of the statements, and a key with
   * another digest is a `conflict`.
   */
  readonly settle: Method<
    { readonly key: string; readonly digest: string; readonly attemptIds: readonly string[] },
    Settlement
  >;
}
