/** What has to be ended, in the reverse order of how it was begun. */
export interface Ends {
  add(end: () => Promise<void>): void;
  /** Runs each once, even after one has failed; rejects with the first failure. Every further call waits for the same end. */
  run(): Promise<void>;
}

/** An empty list of ends. */
export function createEnds(): Ends {
  const ends: (() => Promise<void>)[] = [];
  let ending: Promise<void> | undefined;
  const runAll = async (): Promise<void> => {
    const failures: unknown[] = [];
    for (const end of ends.reverse()) await end().catch((failure: unknown) => failures.push(failure));
    if (failures.length > 0) throw failures[0];
  };
  return { add: (end) => void ends.push(end), run: () => (ending ??= runAll()) };
}
