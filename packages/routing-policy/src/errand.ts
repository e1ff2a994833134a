/** What sets one call apart from others of the same operation. */
export interface Errand {
  /** Its number in this router. */
  readonly call: number;
  readonly endsAtMs: number;
  readonly signal: AbortSignal | undefined;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  /** Asks on behalf of a write that was lost, and writes into that call's trail. */
  readonly isQuestion: boolean;
}
