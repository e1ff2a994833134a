import type { LoadResult, LoadStep, Machine } from './load-result.js';

const head = [
  'step',
  'offered/s',
  'offered',
  'served',
  'goodput/s',
  'p50 ms',
  'p95 ms',
  'p99 ms',
  'by layer',
  'refused',
];

/** The result as a table for people. */
export const linesOf = ({ seed, seconds, closedLoopRate, steps, memory, machine, checks }: LoadResult): string => {
  const rows = [head, ...steps.map(rowOf)];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => aligned(cell, column, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [
    `load · seed ${seed} · ${seconds} s · 16 callers that wait: ${closedLoopRate.toFixed(0)} calls/s`,
    '',
    lines[0],
    widths.map((width) => '-'.repeat(width)).join('  '),
    ...lines.slice(1),
    '',
    `memory: heap ${memory.heapBeforeMiB.toFixed(1)} -> ${memory.heapAfterMiB.toFixed(1)} MiB, peak of the process ${memory.rssPeakMiB.toFixed(0)} MiB`,
    ...busyWith(machine),
    ...checks.map(({ name, ok, found }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}: ${found}`),
  ].join('\n');
};

/** A step that gets half of the cores serves half, whatever the policy. */
const busyWith = ({ cores, loadBefore }: Machine): readonly string[] =>
  loadBefore <= cores
    ? []
    : [
        `This machine was busy with other work (load ${loadBefore.toFixed(1)} on ${cores} cores): run it again when it is not.`,
      ];

const firstText = head.indexOf('by layer');
const aligned = (cell: string, column: number, width: number): string =>
  column >= firstText ? cell.padEnd(width) : cell.padStart(width);

const rowOf = (step: LoadStep): readonly string[] => [
  `${step.step}`,
  step.offeredRate.toFixed(0),
  `${step.offered}`,
  `${step.served}`,
  step.goodput.toFixed(0),
  ...[step.p50Ms, step.p95Ms, step.p99Ms].map((ms) => (ms === null ? '-' : ms.toFixed(0))),
  counts(step.byLayer),
  counts(step.refused),
];

const counts = (of: Readonly<Record<string, number>>): string =>
  Object.entries(of)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || '-';
