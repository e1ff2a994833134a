/** Where a planned fault holds. */
export interface PlanLimits<Asked> {
  readonly matches?: (asked: Asked) => boolean;
  readonly times?: number;
}

/** Which fault is next. Limited faults come first, in the order they were added; an unlimited one holds for the rest. */
export interface FaultPlan<Fault, Asked> {
  /** An unlimited fault takes the place of all others. */
  add(fault: Fault, limits?: PlanLimits<Asked>): void;
  /** The fault that this one meets, if any; counts down its `times`. */
  take(asked: Asked): Fault | undefined;
  clear(): void;
}

interface Limited<Fault, Asked> {
  readonly fault: Fault;
  readonly matches: (asked: Asked) => boolean;
  left: number;
}

/** Makes an empty plan. */
export const createFaultPlan = <Fault, Asked>(): FaultPlan<Fault, Asked> => {
  let limited: Limited<Fault, Asked>[] = [];
  let rest: Fault | undefined;
  const restart = (fault?: Fault): void => {
    limited = [];
    rest = fault;
  };
  return {
    add(fault, { matches, times } = {}) {
      if (matches === undefined && times === undefined) return restart(fault);
      limited.push({ fault, matches: matches ?? (() => true), left: times ?? Infinity });
    },
    take(asked) {
      const first = limited.find(({ left, matches }) => left > 0 && matches(asked));
      if (first === undefined) return rest;
      first.left -= 1;
      return first.fault;
    },
    clear: () => restart(),
  };
};
