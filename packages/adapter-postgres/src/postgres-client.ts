/** The part of a `pg` pool's client that this package uses; anything of this shape will do. */
export interface PostgresClient {
  /** Sends the text in one message of the simple protocol. May reject and may throw; the reply is not trusted to have any shape. */
  query(text: string): Promise<unknown>;
  /** Gives the connection back to its pool; `true` ends it instead. */
  release(destroy?: boolean): void;
  on(event: 'error', listener: (error: Error) => void): unknown;
  removeListener(event: 'error', listener: (error: Error) => void): unknown;
  /** `I` says that no transaction is open. */
  getTransactionStatus?(): string | null;
  /** What a cancel request needs, as the server gave it for this very connection. Without it a statement can only be abandoned. */
  readonly processID?: number | null;
  readonly secretKey?: number | null;
  readonly host?: string;
  readonly port?: number;
  /** Its stream is watched for size and form; without it only the finished answer is measured. */
  readonly connection?: { readonly stream?: unknown };
}

/** The part of a `pg` pool that this package uses; anything of this shape will do. */
export interface PostgresPool {
  /** A connection that is ready for a statement, as soon as there is one. */
  connect(): Promise<PostgresClient>;
}
