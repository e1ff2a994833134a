/** Waits, for up to ten seconds, until the claim holds; whoever asked then looks for himself. */
export const until = async (holds: () => boolean | Promise<boolean>): Promise<void> => {
  const endMs = performance.now() + 10_000;
  while (!(await holds()) && performance.now() < endMs) await new Promise((resolve) => setTimeout(resolve, 5));
};
