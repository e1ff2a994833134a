import type { LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { coalescedRead, separateAnswers } from './coalesced-read.js';
import { coalescingOptions, type CoalescingOptions } from './coalescing-options.js';
import { mayLieInOneRead } from './may-lie-in-one-read.js';
import { nextGroup, timeForAllMs } from './next-group.js';
import { sharedCall } from './shared-call.js';
import type { SqlBackend } from './sql-backend.js';
import { waitForAnswer, type WaitingRead } from './waiting-read.js';

/**
 * A backend whose reads travel together when they wait at the same moment, and come back apart. When the whole
 * fails for a reason that may lie in one of them, each goes again alone, so that none harms another. All else
 * passes as it is.
 */
export const createCoalescingBackend = (backend: SqlBackend, options: CoalescingOptions = {}): SqlBackend => {
  const { layer } = backend;
  const { maxReads, maxBytes, maxInFlight, timeoutMs } = coalescingOptions(options);
  let waiting: WaitingRead[] = [];
  let inFlight = 0;
  let isPlanned = false;

  const plan = (): void => {
    if (isPlanned) return;
    isPlanned = true;
    // By then everything that was asked in the same moment is waiting.
    setImmediate(depart);
  };

  const depart = (): void => {
    isPlanned = false;
    waiting = waiting.filter((read) => !read.isOver());
    while (waiting.length > 0 && inFlight < maxInFlight)
      void carry(waiting.splice(0, nextGroup(waiting, { maxReads, maxBytes })));
  };

  const carry = async (group: readonly WaitingRead[]): Promise<void> => {
    const leave = enter();
    const alone = group.length > 1 ? await together(group) : group;
    // A whole that failed has kept others waiting for long enough.
    if (group.length > 1) leave();
    await Promise.all(alone.filter((read) => !read.isOver()).map(single));
    leave();
  };

  /** Takes one of the places; it is free again when the first of the two ends: the work, or the time. */
  const enter = (): (() => void) => {
    inFlight += 1;
    let isIn = true;
    const leave = (): void => {
      clearTimeout(timer);
      if (!isIn) return;
      isIn = false;
      inFlight -= 1;
      if (waiting.length > 0) plan();
    };
    const timer = setTimeout(leave, timeoutMs);
    return leave;
  };

  /** Gives the reads that must go alone: none, or all. */
  const together = async (group: readonly WaitingRead[]): Promise<readonly WaitingRead[]> => {
    const request = coalescedRead(
      group.map((read) => read.request),
      timeForAllMs(group, timeoutMs),
    );
    const answered = await backend.send(request, sharedCall(group));
    const separate = answered.andThen((answer) => separateAnswers(layer, answer, group.length));
    if (separate.isErr() && mayLieInOneRead(separate.error)) return group;
    for (const [at, read] of group.entries()) read.give(answerAt(separate, at));
    return [];
  };

  const single = async (read: WaitingRead): Promise<void> => read.give(await backend.send(read.request, read.call));

  return {
    layer,
    send: (request, call) => {
      if (request.kind !== 'read' || request.statement.alone) return backend.send(request, call);
      const read = waitForAnswer(layer, request, call);
      waiting.push(read);
      plan();
      return read.answer;
    },
  };
};

const answerAt = (separate: Result<readonly string[], LayerError>, at: number): Result<string, LayerError> =>
  separate.isOk() ? ok(separate.value[at] ?? '') : err(separate.error);
