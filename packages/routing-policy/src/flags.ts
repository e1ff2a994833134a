/** Where flags come from: two methods, so that any flag service fits. */
export interface Flags {
  /** Whether a flag is on for a cohort. What it throws or rejects with counts as off. */
  isOn(flag: string, cohort: string): boolean | Promise<boolean>;
  /** Ends whatever it holds; called when the door closes. */
  close(): void | Promise<void>;
}

/** What of an OpenFeature client is used; the one of `@openfeature/server-sdk` fits. */
export interface OpenFeatureClient {
  getBooleanValue(flag: string, fallback: boolean, context: { targetingKey: string }): Promise<boolean>;
}

/** Flags out of OpenFeature; the cohort is its targeting key. The client's providers stay the caller's to close. */
export const openFeatureFlags = (client: OpenFeatureClient): Flags => ({
  isOn: (flag, cohort) => client.getBooleanValue(flag, false, { targetingKey: cohort }),
  close: () => undefined,
});
