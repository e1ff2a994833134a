import type { HybridError, OperationName, OutputOf, Served, Tags } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';

/** An answer that may be given again. */
export interface Kept<N extends OperationName> {
  readonly served: Served<OutputOf<N>>;
  readonly keptAtMs: number;
  readonly tags: Tags;
}

/** A read under way that equal reads may wait for. */
export interface Flight<N extends OperationName> {
  readonly outcome: Promise<Result<Served<OutputOf<N>>, HybridError>>;
  readonly tags: Tags;
  /** How many wait for it; when nobody does any more, it is stopped. */
  waiting: number;
  stop(): void;
}

/** The answers and the flights of one operation. */
export class ReadCache<N extends OperationName> {
  readonly #kept = new Map<string, Kept<N>>();
  readonly #flights = new Map<string, Flight<N>>();

  get isEmpty(): boolean {
    return this.#kept.size === 0 && this.#flights.size === 0;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** What is kept under a key, however old. */
  kept(key: string): Kept<N> | undefined {
    return this.#kept.get(key);
  }

  /** What is kept under a key and still good. */
  fresh(key: string, ttlMs: number, nowMs: number): Kept<N> | undefined {
    const kept = this.#kept.get(key);
    return kept !== undefined && nowMs < kept.keptAtMs + ttlMs ? kept : undefined;
  }

  flight(key: string): Flight<N> | undefined {
    return this.#flights.get(key);
  }

  start(key: string, flight: Flight<N>): void {
    this.#flights.set(key, flight);
  }

  /** Ends a flight and says whether its answer may be kept: not when something it reads was touched meanwhile. */
  land(key: string, flight: Flight<N>): boolean {
    return this.#flights.get(key) === flight && this.#flights.delete(key);
  }

  /** Keeps an answer; the one that was kept longest makes room. */
  keep(key: string, kept: Kept<N>, mostEntries: number): void {
    this.#kept.delete(key);
    this.#kept.set(key, kept);
    for (const oldest of this.#kept.keys()) {
      if (this.#kept.size <= mostEntries) return;
      this.#kept.delete(oldest);
    }
  }

  forget(key: string): void {
    this.#kept.delete(key);
  }

  /** Drops what depends on one of these, or everything. A flight among them goes on, but nobody joins it any more. */
  touch(tags: ReadonlySet<string> | undefined): void {
    const isTouched = (one: { readonly tags: Tags }) => tags === undefined || one.tags.some((tag) => tags.has(tag));
    for (const [key, kept] of this.#kept) if (isTouched(kept)) this.#kept.delete(key);
    for (const [key, flight] of this.#flights) if (isTouched(flight)) this.#flights.delete(key);
  }
}
