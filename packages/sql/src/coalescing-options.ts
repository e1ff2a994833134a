/** When and how much reads travel together. */
export interface CoalescingOptions {
  /** Reads in one request. @default 64 */
  readonly maxReads?: number;
  /** Bytes of SQL in one request; a larger read goes alone. @default 262144 */
  readonly maxBytes?: number;
  /** Requests for reads in flight; what comes meanwhile waits, and then goes together. @default 4 */
  readonly maxInFlight?: number;
  /** What reads that go together may take; then each goes alone. So long one read can keep others waiting. @default 2000 */
  readonly timeoutMs?: number;
}

/** The options with their defaults; throws for a wrong one, with its name. */
export const coalescingOptions = (options: CoalescingOptions): Required<CoalescingOptions> => {
  const all = { maxReads: 64, maxBytes: 262_144, maxInFlight: 4, timeoutMs: 2_000, ...options };
  for (const [name, value] of Object.entries(all))
    if (!Number.isInteger(value) || value < 1)
      throw new TypeError(`createCoalescingBackend: \`${name}\` must be a whole number from 1.`);
  // PostgreSQL takes 1,664 columns in one select.
  if (all.maxReads > 1_000) throw new TypeError('createCoalescingBackend: `maxReads` must be at most 1000.');
  return all;
};
