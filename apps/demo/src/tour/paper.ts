import picocolors from 'picocolors';
import type { Check, JournalEntry } from './journal.js';

/** Where a tour is told. */
export interface Paper {
  section(title: string): void;
  operation(entry: JournalEntry, about: string, said: string, trail: readonly string[]): void;
  check(check: Check): void;
  remark(text: string): void;
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
}

/** Plain when piped: by itself picocolors colours whatever runs in a CI. */
const colors = picocolors.createColors(process.stdout.isTTY === true && picocolors.isColorSupported);

const operationWidth = 18;
const layerWidth = 9;
const msWidth = 9;

/** Tells a tour in plain text; colours only where the terminal has them and NO_COLOR is not set. */
export const createPaper = (write: (text: string) => void): Paper => {
  const line = (text = ''): void => write(`${text}\n`);
  let sections = 0;
  return {
    section(title) {
      line();
      line(colors.bold(`${(sections += 1)}. ${title}`));
    },
    operation({ operation, layer, ms }, about, said, trail) {
      const columns = [
        operation.padEnd(operationWidth),
        (layer ?? '-').padEnd(layerWidth),
        formatMs(ms).padStart(msWidth),
      ];
      line(`   ${columns[0]} ${colors.cyan(columns[1] ?? '')} ${columns[2]}  ${about}: ${said}`);
      for (const entry of trail) line(colors.dim(`   ${' '.repeat(operationWidth)} ↳ ${entry}`));
    },
    check({ name, passed, found }) {
      line(`   ${passed ? colors.green('ok  ') : colors.red('FAIL')} ${name}: ${found}`);
    },
    remark(text) {
      line(colors.dim(`   ${text}`));
    },
    table(head, rows) {
      line();
      for (const text of tableLines(head, rows)) line(`   ${text}`);
    },
  };
};

/** A tour that nobody reads: `--json` prints one object at the end instead. */
export const blankPaper: Paper = {
  section: () => undefined,
  operation: () => undefined,
  check: () => undefined,
  remark: () => undefined,
  table: () => undefined,
};

/** Milliseconds as a person reads them. */
export const formatMs = (ms: number): string => (ms < 10 ? `${ms.toFixed(1)} ms` : `${Math.round(ms)} ms`);

const tableLines = (head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = head.map((title, column) => Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)));
  const pad = (row: readonly string[]): string =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [colors.bold(pad(head)), widths.map((width) => '-'.repeat(width)).join('  '), ...rows.map(pad)];
};
