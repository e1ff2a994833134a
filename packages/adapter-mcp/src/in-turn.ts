/**
 * The same work, one piece after the other. A child's input that is full makes the SDK add a listener for each message
 * that waits, and Node then warns of a leak.
 */
export const inTurn = <Arguments extends readonly unknown[]>(
  work: (...given: Arguments) => Promise<void>,
): ((...given: Arguments) => Promise<void>) => {
  let last: Promise<unknown> = Promise.resolve();
  return (...given) => {
    const done = last.then(() => work(...given));
    last = done.catch(() => undefined);
    return done;
  };
};
