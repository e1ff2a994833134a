import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ok } from 'neverthrow';
import { readBaseline, regressions } from './baseline.js';
import type { BenchCase, Benchmark, BenchResult } from './comparison.js';
import { measure } from './measure.js';
import { resultOf, tableOf } from './report.js';

type Open = () => Promise<Benchmark>;

/** Loaded when asked for: a layer's client may print at its import. Several run one after the other. */
const benches: Readonly<Record<string, readonly Open[]>> = {
  files: [
    async () => (await import('./files-bench.js')).filesBench(),
    async () => (await import('./files-memory-bench.js')).filesMemoryBench(),
  ],
  layers: [async () => (await import('./layers-bench.js')).layersBench()],
  mcp: [async () => (await import('./mcp-bench.js')).mcpBench()],
  routing: [async () => (await import('./routing-bench.js')).routingBench()],
  tail: [async () => (await import('./tail-bench.js')).tailBench()],
  sql: [async () => (await import('./sql-bench.js')).sqlBench()],
};

const usage = `npm run --silent bench -- NAME [--json] [--out FILE] [--baseline FILE]

  NAME             ${Object.keys(benches).join(' | ')}
  --json           one JSON object instead of the table
  --out FILE       also write the JSON object to FILE
  --baseline FILE  exit 1 when a ratio is more than 10 % worse than in FILE, beyond doubt

Examples:
  npm run --silent bench -- routing
  npm run --silent bench -- layers --json > before.json
  npm run --silent bench -- layers --baseline before.json`;

const casesOf = async (open: Open): Promise<readonly BenchCase[]> => {
  const benchmark = await open();
  try {
    const cases: BenchCase[] = [];
    for (const comparison of benchmark.comparisons) {
      process.stderr.write(`measuring ${comparison.name} …\n`);
      cases.push(...(await measure(comparison)));
    }
    return cases;
  } finally {
    await benchmark.close();
  }
};

const run = async (name: string, opens: readonly Open[]): Promise<BenchResult> => {
  const cases: BenchCase[] = [];
  for (const open of opens) cases.push(...(await casesOf(open)));
  return resultOf(name, cases);
};

const reportRegressions = (before: BenchResult, now: BenchResult): boolean => {
  const worse = regressions(before, now);
  for (const { name, before, now } of worse)
    process.stderr.write(`worse: ${name}, ratio ${before.toFixed(2)} before, ${now.toFixed(2)} now\n`);
  return worse.length === 0;
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      out: { type: 'string' },
      baseline: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  const [name = ''] = positionals;
  const open = benches[name];
  if (values.help || open === undefined) {
    process.stderr.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  // Read first: nobody wants to hear after minutes of measuring that the file was the wrong one.
  const baseline = values.baseline === undefined ? ok(undefined) : await readBaseline(values.baseline, name);
  if (baseline.isErr()) {
    process.stderr.write(`${baseline.error}\n`);
    return 2;
  }
  const result = await run(name, open);
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${tableOf(result)}\n`);
  if (values.out !== undefined) await writeFile(values.out, `${JSON.stringify(result, null, 2)}\n`);
  const steady = baseline.value === undefined || reportRegressions(baseline.value, result);
  return result.ok && steady ? 0 : 1;
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  return 2;
});
