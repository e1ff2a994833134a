/** The right to work on one upload. */
export interface Turn {
  /** Called when another wants the turn; at once if one wants it already. */
  onWanted(askToEnd: () => unknown): void;
  end(): void;
}

/** Turns at uploads, one at a time for each. */
export interface UploadTurns {
  take(version: string): Promise<Turn>;
}

interface Place {
  readonly begin: () => void;
  askToEnd: (() => unknown) | undefined;
}

/**
 * Turns go in the order of being asked for, and whoever has one is asked to end as soon as another waits: an open request
 * of a client that is gone would else shut out the same client, back again.
 */
export function createUploadTurns(): UploadTurns {
  const queues = new Map<string, Place[]>();

  const queueOf = (version: string): Place[] => {
    const queue = queues.get(version) ?? [];
    queues.set(version, queue);
    return queue;
  };

  return {
    async take(version) {
      const queue = queueOf(version);
      await new Promise<void>((begin) => {
        queue.push({ begin, askToEnd: undefined });
        if (queue.length === 1) begin();
        else queue[0]?.askToEnd?.();
      });
      const [mine] = queue;
      return {
        onWanted(askToEnd) {
          if (mine) mine.askToEnd = askToEnd;
          if (queue.length > 1) askToEnd();
        },
        end() {
          queue.shift();
          if (queue.length === 0) queues.delete(version);
          queue[0]?.begin();
        },
      };
    },
  };
}
