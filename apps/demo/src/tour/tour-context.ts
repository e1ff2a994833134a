import type { Door } from '../door.js';
import type { Journal } from './journal.js';
import type { TourFile } from './tour-files.js';
import type { WireTap } from './wire-tap.js';

/** Names of this run, so that a second run on the same project meets nothing of the first. */
export interface TourNames {
  readonly migration: string;
  readonly filesTable: string;
  readonly insertsTable: string;
  readonly bucket: string;
  readonly policy: string;
  /** Prefix of every idempotency key. */
  readonly key: string;
}

/** What every section of the tour works with. */
export interface TourContext {
  readonly hybrid: Door;
  readonly journal: Journal;
  readonly names: TourNames;
  readonly files: readonly TourFile[];
  readonly tap: WireTap;
  readonly concurrency: number;
  /** Kills the MCP server that runs now; false when none runs. */
  killMcp(): boolean;
  /** Counts through a connection that is not part of the door. */
  count(table: string): Promise<ReadonlyMap<string, number>>;
  /** Shows how far a long step is; nobody may be looking. */
  progress(title: string, total: number): Progress;
}

/** A long step under way. */
export interface Progress {
  advance(by: number): void;
  end(): void;
}

/** Makes the names of one run from a short lower-case word. */
export const tourNames = (run: string): TourNames => ({
  migration: `hybrid_tour_${run}`,
  filesTable: `hybrid_tour_files_${run}`,
  insertsTable: `hybrid_tour_inserts_${run}`,
  bucket: `hybrid-tour-${run}`,
  policy: `hybrid tour ${run}: read`,
  key: `hybrid-tour-${run}`,
});
