/** An error that the server itself sent, as the driver gives it. */
export interface ServerError {
  readonly sqlState: string;
  readonly message: string;
  readonly hint?: string;
  /** The server has ended the connection with it. */
  readonly isFatal: boolean;
}

/** Reads by shape what the server said; nothing when it was somebody else, as a lost connection. */
export const serverErrorOf = (cause: unknown): ServerError | undefined => {
  if (typeof cause !== 'object' || cause === null) return undefined;
  const [sqlState, severity, message, hint] = ['code', 'severity', 'message', 'hint'].map((name) =>
    textOf(cause, name),
  );
  // Node has error codes of five letters too (EPIPE), but no severity.
  if (sqlState === undefined || severity === undefined || !/^[0-9A-Z]{5}$/.test(sqlState)) return undefined;
  const isFatal = severity !== 'ERROR';
  return { sqlState, message: message ?? '', isFatal, ...(hint !== undefined && { hint }) };
};

/** A member of whatever was thrown, if it is text. */
export const textOf = (cause: unknown, name: string): string | undefined => {
  const value: unknown = typeof cause === 'object' && cause !== null ? Reflect.get(cause, name) : undefined;
  return typeof value === 'string' ? value : undefined;
};
