import { untilStopped } from '@hybrid-supabase/core';

/** The bytes of a source until the signal fires; then it fails at once, even when the source gives nothing and never ends. */
export async function* bytesUntil(
  signal: AbortSignal,
  open: () => AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  signal.throwIfAborted();
  const iterator = open()[Symbol.asyncIterator]();
  let isOver = false;
  try {
    for (;;) {
      const step = await untilStopped(iterator.next(), [signal]);
      if (step === 'stopped') return signal.throwIfAborted();
      if (step.value.done === true) return void (isOver = true);
      yield step.value.value;
    }
  } finally {
    const closed = isOver ? undefined : iterator.return?.();
    // What a source says when it is closed changes nothing, and a stuck one never says anything.
    closed?.catch(() => undefined);
    if (!signal.aborted) await closed?.catch(() => undefined);
  }
}
