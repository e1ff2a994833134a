/** One at a time for each name. */
export interface KeyLanes {
  /** Runs work when all earlier work of this name has ended. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** Makes the {@link KeyLanes}; a name costs memory only while work of it is under way. */
export const createKeyLanes = (): KeyLanes => {
  const last = new Map<string, Promise<unknown>>();
  return {
    async alone(name, work) {
      const before = last.get(name);
      const mine = before === undefined ? work() : before.then(work, work);
      last.set(name, mine);
      try {
        return await mine;
      } finally {
        if (last.get(name) === mine) last.delete(name);
      }
    },
  };
};
