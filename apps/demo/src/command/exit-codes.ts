/** How the command line ends. */
export const exitCodes = { done: 0, failed: 1, usage: 2 } as const;
/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
