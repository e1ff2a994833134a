import type { HybridError, HybridResult, OperationName, Served, TrailEntry } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { Paper } from './paper.js';

/** One call of the tour, as it ended. */
export interface JournalEntry {
  readonly operation: OperationName;
  readonly layer: string | null;
  readonly ms: number;
  readonly fellBack: boolean;
  readonly outcome: 'served' | HybridError['kind'];
}

/** One thing that had to be true. */
export interface Check {
  readonly name: string;
  readonly passed: boolean;
  readonly found: string;
}

/** What one call is about, and how its answer reads. */
export interface Told<T> {
  readonly operation: OperationName;
  /** What was asked for, in a few words. */
  readonly about: string;
  /** The answer in a few words. @default 'done' */
  readonly say?: (data: T) => string;
  /** Keeps the line off the paper: one of many alike. @default false */
  readonly silent?: boolean;
}

/** Writes down every call and every check of a tour. */
export class Journal {
  readonly entries: JournalEntry[] = [];
  readonly checks: Check[] = [];

  constructor(
    private readonly paper: Paper,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Starts a section. */
  section(title: string): void {
    this.paper.section(title);
  }

  /** Runs one call through the door and writes down who answered, how fast and what. */
  async call<T>(told: Told<T>, run: () => HybridResult<T>): Promise<Result<Served<T>, HybridError>> {
    const startMs = this.nowMs();
    const result = await run();
    const entry = this.entryOf(told.operation, this.nowMs() - startMs, result);
    this.entries.push(entry);
    if (!told.silent) this.paper.operation(entry, told.about, sayResult(told, result), explain(trailOf(result)));
    return result;
  }

  /** Like {@link call}, for what has to be served. */
  async must<T>(told: Told<T>, run: () => HybridResult<T>): Promise<T | undefined> {
    const result = await this.call(told, run);
    if (result.isOk()) return result.value.data;
    this.check(`${told.operation} ${told.about}`, false, result.error.message);
    return undefined;
  }

  /** Writes down something that has to be true. */
  check(name: string, passed: boolean, found: string): void {
    this.checks.push({ name, passed, found });
    this.paper.check({ name, passed, found });
  }

  /** A sentence between the lines. */
  remark(text: string): void {
    this.paper.remark(text);
  }

  /** Whether every check has passed so far. */
  get ok(): boolean {
    return this.checks.every(({ passed }) => passed);
  }

  private entryOf<T>(operation: OperationName, ms: number, result: Result<Served<T>, HybridError>): JournalEntry {
    const layer = result.isOk() ? result.value.layer : (result.error.layer ?? null);
    const outcome = result.isOk() ? 'served' : result.error.kind;
    return { operation, layer, ms, outcome, fellBack: trailOf(result).some(({ did }) => did === 'failed') };
  }
}

const trailOf = <T>(result: Result<Served<T>, HybridError>): readonly TrailEntry[] =>
  result.isOk() ? result.value.trail : result.error.trail;

const sayResult = <T>({ say = () => 'done' }: Told<T>, result: Result<Served<T>, HybridError>): string =>
  result.isOk() ? say(result.value.data) : `${result.error.kind}: ${result.error.message}`;

/** The decision trail, where more happened than one layer answering at once. */
const explain = (trail: readonly TrailEntry[]): readonly string[] =>
  trail.length < 2
    ? []
    : trail.map(({ layer, did, kind, reason, why }) => [layer, did, kind ?? reason, why].filter(Boolean).join(' · '));
