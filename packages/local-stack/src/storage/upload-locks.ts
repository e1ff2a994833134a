import type { Lock, Locker } from '@tus/server';
import { versionOf } from './upload-id.js';

interface Turn {
  /** Asks whoever has the turn to come to an end. */
  readonly askToEnd: () => Promise<void> | void;
  readonly begin: () => void;
}

/**
 * One request at a time for each upload, in the order of their coming. Whoever has the turn is asked to end as soon as
 * another waits: an open request of a client that is gone would else shut out the same client, back again.
 * A lock is named by an upload's id or by its version.
 */
export function createUploadLocks(): Locker {
  const queues = new Map<string, Turn[]>();

  async function take(version: string, askToEnd: Turn['askToEnd']): Promise<void> {
    const queue = queues.get(version) ?? [];
    queues.set(version, queue);
    const begun = new Promise<void>((begin) => queue.push({ askToEnd, begin }));
    const [holder] = queue;
    if (queue.length === 1) holder?.begin();
    else await holder?.askToEnd();
    await begun;
  }

  async function give(version: string): Promise<void> {
    const queue = queues.get(version);
    queue?.shift();
    const [next, ...others] = queue ?? [];
    if (next === undefined) queues.delete(version);
    next?.begin();
    if (others.length > 0) await next?.askToEnd();
  }

  return {
    newLock(id): Lock {
      const version = versionOf(id) ?? id;
      return { lock: (_signal, askToEnd) => take(version, askToEnd), unlock: () => give(version) };
    },
  };
}
