/** How much extra load repeats and hedges may make together. */
export interface BudgetRule {
  /** Their share of the calls under way, 0 to 1. */
  readonly ratio: number;
  /** So many are allowed however few calls are under way. */
  readonly floor: number;
}

/** One budget for the repeats and the hedges of a whole door, so that a backend in trouble is not given more of it. */
export class AttemptBudget {
  rule: BudgetRule;
  #calls = 0;
  #extras = 0;

  constructor(rule: BudgetRule) {
    this.rule = rule;
  }

  callBegan(): void {
    this.#calls += 1;
  }

  callEnded(): void {
    this.#calls -= 1;
  }

  /** Takes one extra attempt, if there is one left; whoever gets it gives it back. */
  take(): boolean {
    const { ratio, floor } = this.rule;
    if (this.#extras >= floor && this.#extras >= ratio * this.#calls) return false;
    this.#extras += 1;
    return true;
  }

  giveBack(): void {
    this.#extras -= 1;
  }
}
