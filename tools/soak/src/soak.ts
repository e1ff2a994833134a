/** How long and how rough a run is. */
export interface SoakOptions {
  readonly calls: number;
  /** How often something is killed, at moments the seed decides. */
  readonly kills: number;
  readonly seed: number;
  /** Told how far it is, for people. */
  onProgress?(line: string): void;
}

/** One thing that has to hold at the end. */
export interface SoakCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
}

/** What a run did and whether everything held, as `--json` prints it. */
export interface SoakResult {
  readonly soak: string;
  readonly seed: number;
  readonly tookMs: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly checks: readonly SoakCheck[];
  readonly ok: boolean;
}

/** A long run. Rejects only when it cannot be begun. */
export type Soak = (options: SoakOptions) => Promise<SoakResult>;
