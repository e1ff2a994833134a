import { cpus } from 'node:os';
import type { BenchCase, BenchResult } from './comparison.js';

/** Puts the cases of a run together with the machine they ran on. */
export const resultOf = (bench: string, cases: readonly BenchCase[]): BenchResult => ({
  bench,
  node: process.version,
  cpu: `${cpus().length} x ${cpus()[0]?.model ?? 'unknown'}`,
  cases,
  ok: cases.every(({ ok }) => ok),
});

/** The result as a table for people. */
export const tableOf = ({ bench, node, cpu, cases }: BenchResult): string => {
  const rows = [['case', 'ours', 'peer', 'ratio (95 %)', 'target', ''], ...cases.map(rowOf)];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    `${bench} · Node ${node} · ${cpu}`,
    '',
    lines[0],
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...lines.slice(1),
  ].join('\n');
};

const rowOf = ({
  name,
  unit,
  ours,
  peer,
  peerName,
  ratio,
  interval: [low, high],
  target,
  ok,
}: BenchCase): readonly string[] => [
  name,
  `${figure(ours)} ${unit}`,
  `${figure(peer)} ${unit} (${peerName})`,
  `${figure(ratio)} (${figure(low)}–${figure(high)})`,
  target === null ? '-' : `≤ ${figure(target)}`,
  target === null ? '' : ok ? 'ok' : 'MISSED',
];

const figure = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toPrecision(3));
