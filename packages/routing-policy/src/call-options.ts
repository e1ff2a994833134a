/** What a caller may say of one call. */
export interface CallOptions {
  /** Stops the call. A write that was under way may have happened all the same: see `effect`. */
  readonly signal?: AbortSignal;
  /** For the whole call, in place of the policy's; the only total limit for an operation that streams. */
  readonly timeoutMs?: number;
  /** Your name for this intent, the same whenever you call again for it: with it a lost write can be settled. Never logged. */
  readonly idempotencyKey?: string;
  /** Whom the call is for, a user for instance: the same cohort takes the same side of a rollout. Never logged. */
  readonly cohort?: string;
  /** W3C trace context, handed to the layer. */
  readonly traceparent?: string;
}

interface Expectation {
  readonly expected: string;
  fits(value: unknown): boolean;
}

const table: { readonly [M in keyof Required<CallOptions>]: Expectation } = {
  signal: { expected: 'an AbortSignal', fits: (value) => value instanceof AbortSignal },
  timeoutMs: {
    expected: 'a number of milliseconds above 0 and at most 2147483647',
    fits: (value) => typeof value === 'number' && value > 0 && value <= 2_147_483_647,
  },
  idempotencyKey: { expected: 'a text that is not empty', fits: (value) => typeof value === 'string' && value !== '' },
  cohort: { expected: 'a text that is not empty', fits: (value) => typeof value === 'string' && value !== '' },
  traceparent: { expected: 'a text that is not empty', fits: (value) => typeof value === 'string' && value !== '' },
};

/** What is wrong with a call's options, in one sentence; nothing when they are right. Never repeats a value. */
export function optionsProblem(options: unknown): string | undefined {
  if (typeof options !== 'object' || options === null) return 'The call options must be an object.';
  for (const [member, value] of Object.entries(options)) {
    if (!isOption(member)) return `There is no such call option: expected one of ${Object.keys(table).join(', ')}.`;
    if (value !== undefined && !table[member].fits(value))
      return `The call option ${member} must be ${table[member].expected}.`;
  }
  return undefined;
}

const isOption = (member: string): member is keyof CallOptions => Object.hasOwn(table, member);
