/** Room for so many requests at one time. */
export interface SocketSlots {
  /** Begins at once or when room is made, first come first served. Gives what leaves the queue before its turn. */
  enter(begin: () => void, isAside: boolean): () => void;
  /** Makes room: one call for each that has begun. */
  leave(): void;
}

/**
 * One slot is kept for what is asked while an answer stands open: answers that hold all others would otherwise wait
 * for each other for ever.
 */
export const createSocketSlots = (most: number): SocketSlots => {
  let taken = 0;
  const aside = new Set<() => void>();
  const usual = new Set<() => void>();

  const admit = (queue: Set<() => void>, limit: number): void => {
    for (const begin of queue) {
      if (taken >= limit) return;
      queue.delete(begin);
      taken += 1;
      begin();
    }
  };
  const admitAll = (): void => {
    admit(aside, most);
    admit(usual, most - 1);
  };

  return {
    enter(begin, isAside) {
      const queue = isAside ? aside : usual;
      queue.add(begin);
      admitAll();
      return () => void queue.delete(begin);
    },
    leave() {
      taken -= 1;
      admitAll();
    },
  };
};
