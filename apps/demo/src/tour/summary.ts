import type { JournalEntry } from './journal.js';
import { formatMs } from './paper.js';

/** One operation on one layer over a whole tour. Milliseconds. */
export interface SummaryRow {
  readonly operation: string;
  readonly layer: string;
  readonly calls: number;
  readonly fallbacks: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
}

/** Groups a journal by operation and layer, in order of first appearance. */
export const summarise = (entries: readonly JournalEntry[]): readonly SummaryRow[] => {
  const groups = new Map<string, JournalEntry[]>();
  for (const entry of entries) {
    const key = `${entry.operation} ${entry.layer ?? '-'}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  return [...groups.values()].map(rowOf);
};

/** How many calls each layer served. */
export const servedBy = (entries: readonly JournalEntry[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const { layer, outcome } of entries) {
    if (layer !== null && outcome === 'served') counts[layer] = (counts[layer] ?? 0) + 1;
  }
  return counts;
};

/** Head and rows of the table for people. */
export const summaryTable = (
  rows: readonly SummaryRow[],
): readonly [readonly string[], readonly (readonly string[])[]] => [
  ['operation', 'layer', 'calls', 'fallbacks', 'p50', 'p95'],
  rows.map(({ operation, layer, calls, fallbacks, p50Ms, p95Ms }) => [
    operation,
    layer,
    `${calls}`,
    `${fallbacks}`,
    formatMs(p50Ms),
    formatMs(p95Ms),
  ]),
];

const rowOf = (entries: readonly JournalEntry[]): SummaryRow => {
  const ms = entries.map((entry) => entry.ms).sort((a, b) => a - b);
  return {
    operation: entries[0]?.operation ?? '-',
    layer: entries[0]?.layer ?? '-',
    calls: entries.length,
    fallbacks: entries.filter(({ fellBack }) => fellBack).length,
    p50Ms: quantile(ms, 0.5),
    p95Ms: quantile(ms, 0.95),
  };
};

/** Nearest-rank quantile of sorted values. */
const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
