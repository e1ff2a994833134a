import { nextVersion } from './migration-version.js';

/** Versions for the migrations of a whole stack: two databases that are to be merged never give the same one to two migrations. */
export interface VersionClock {
  /** Later than every version that it gave, and than the last of the asking database. */
  next(last: string | undefined): string;
}

/** Gives the time, as far as it can. */
export function createVersionClock(now: () => Date = () => new Date()): VersionClock {
  let given: string | undefined;
  return {
    next(last = '') {
      given = nextVersion(now(), given !== undefined && given > last ? given : last);
      return given;
    },
  };
}
