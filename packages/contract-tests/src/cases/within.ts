import assert from 'node:assert/strict';

/** Upper bounds, milliseconds: nothing waits this long unless a layer is broken. */
export const patienceMs = {
  /** To stop waiting once cancelled, and to refuse what needs no backend. */
  prompt: 2_000,
  /** To answer, the start of a child process included. */
  answer: 20_000,
} as const;

/** Gives what the work gives, or fails with `what` when it takes longer. */
export const within = async <T>(limitMs: number, what: string, work: Promise<T>): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new assert.AssertionError({ message: `${what} took over ${limitMs} ms` })),
      limitMs,
    );
  });
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
};

/** Resolves as soon as the claim holds; fails with `what` when it does not within the limit. */
export const until = async (limitMs: number, what: string, holds: () => boolean): Promise<void> => {
  const endMs = performance.now() + limitMs;
  while (!holds()) {
    assert.ok(performance.now() < endMs, `${what} did not happen within ${limitMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
};
