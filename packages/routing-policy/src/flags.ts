/** What a flag service says of one cohort, and why it says so. */
export interface FlagDecision {
  readonly isOn: boolean;
  /** The service's name for this side of the flag. */
  readonly variant?: string;
  /** The service's word for how it came to this: a rule, a share, an error. */
  readonly reason?: string;
}

/** Where flags come from: two methods, so that any flag service fits. */
export interface Flags {
  /** Whether a flag is on for a cohort. What it throws or rejects with counts as off. */
  isOn(flag: string, cohort: string): boolean | FlagDecision | Promise<boolean | FlagDecision>;
  /** Ends whatever it holds; called when the door closes. */
  close(): void | Promise<void>;
}

/** What of an OpenFeature client is used; the one of `@openfeature/server-sdk` fits. */
export interface OpenFeatureClient {
  getBooleanDetails(
    flag: string,
    fallback: boolean,
    context: { targetingKey: string },
  ): Promise<{ readonly value: boolean; readonly variant?: string; readonly reason?: string }>;
}

/** Flags out of OpenFeature; the cohort is its targeting key. The client's providers stay the caller's to close. */
export const openFeatureFlags = (client: OpenFeatureClient): Flags => ({
  isOn: async (flag, cohort) => {
    const { value, variant, reason } = await client.getBooleanDetails(flag, false, { targetingKey: cohort });
    return { isOn: value, ...(variant !== undefined && { variant }), ...(reason !== undefined && { reason }) };
  },
  close: () => undefined,
});

/** The answer with everything it may say; one that cannot be had is off, because a service that is down must not move anybody. */
export async function askFlag(flags: Flags, flag: string, cohort: string): Promise<FlagDecision> {
  try {
    const said = await flags.isOn(flag, cohort);
    return typeof said === 'boolean' ? { isOn: said } : said;
  } catch {
    return { isOn: false, reason: 'ERROR' };
  }
}
