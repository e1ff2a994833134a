import type { Report } from './events.js';

/** One report that tells several; what one of them throws keeps nothing from the others. */
export const reportTo =
  (...reports: readonly Report[]): Report =>
  (event) => {
    const said = reports.map((report) => attempt(() => report(event)));
    return Promise.allSettled(said);
  };

async function attempt(tell: () => unknown): Promise<void> {
  await tell();
}
