import { randomUUID } from 'node:crypto';
import type { Call } from '@hybrid-supabase/core';
import type { WaitingRead } from './waiting-read.js';

/** One call for several: it is over when all of them are, and each hears what the layer notes. */
export const sharedCall = (group: readonly WaitingRead[]): Call => {
  const controller = new AbortController();
  void Promise.all(group.map(({ answer }) => answer)).then(() => controller.abort());
  const note = (what: string): void => group.forEach(({ call }) => call.note(what));
  note(`Read in one request with ${group.length - 1} others.`);
  return {
    signal: controller.signal,
    deadlineMs: Math.max(...group.map(({ call }) => call.deadlineMs)),
    attempt: 1,
    attemptId: randomUUID(),
    progressed: () => group.forEach(({ call }) => call.progressed()),
    note,
  };
};
