import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { FilesSoak } from './files-soak.js';
import type { Soak, SoakResult } from './soak.js';

interface Entry {
  readonly load: () => Promise<Soak>;
  readonly calls: number;
  readonly kills: number;
}

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** Loaded when asked for: a layer's client may print at its import. */
const soaks: Readonly<Record<string, Entry>> = {
  files: { load: async () => filesSoakAsBuilt((await import('./files-soak.js')).filesSoak), calls: 400, kills: 0 },
  ledger: { load: async () => (await import('./ledger-soak.js')).ledgerSoak, calls: 2_000, kills: 40 },
  mcp: { load: async () => (await import('./mcp-soak.js')).mcpSoak, calls: 10_000, kills: 20 },
  routing: { load: async () => (await import('./routing-soak.js')).routingSoak(root), calls: 100_000, kills: 0 },
};

/** Each transfer is killed once, so that `kills` says nothing here. */
const filesSoakAsBuilt =
  (filesSoak: FilesSoak): Soak =>
  ({ calls, seed, onProgress = () => undefined }) =>
    filesSoak({
      ...{ transfers: Math.ceil(calls / 2), largestMiB: 64, seed, onProgress },
      programs: fileURLToPath(new URL('.', import.meta.url)),
    });

const usage = `npm run soak -- NAME [--calls N] [--kills N] [--seed N] [--json]

  NAME        ${Object.keys(soaks).join(' | ')}
  --calls N   how many calls, keys, transfers or steps (mcp: 10000, ledger: 2000, files: 400, routing: 100000)
  --kills N   how often something is killed (mcp: 20, ledger: 40; files: every transfer; routing: as the seed has it)
  --seed N    decides what happens when (default 1)
  --json      one JSON object instead of lines

Ends with 1 when something was lost, left behind or piled up.`;

const linesOf = ({ soak, seed, tookMs, counts, checks }: SoakResult): string =>
  [
    `${soak} · seed ${seed} · ${(tookMs / 1000).toFixed(1)} s`,
    ...Object.entries(counts).map(([name, count]) => `  ${name}: ${count}`),
    ...checks.map(({ name, ok, found }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}: ${found}`),
  ].join('\n');

const countOf = (name: string, text: string | undefined, otherwise: number): number => {
  const count = text === undefined ? otherwise : Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new Error(`--${name} must be a whole number.`);
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      calls: { type: 'string' },
      kills: { type: 'string' },
      seed: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  const entry = soaks[positionals[0] ?? ''];
  if (values.help || entry === undefined) {
    process.stderr.write(`${usage}\n`);
    return values.help ? 0 : 2;
  }
  const calls = countOf('calls', values.calls, entry.calls);
  const kills = countOf('kills', values.kills, entry.kills);
  if (kills > calls / 2) throw new Error('--kills must not be more than half of --calls.');
  const soak = await entry.load();
  const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
  const result = await soak({ calls, kills, seed: countOf('seed', values.seed, 1), onProgress });
  process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${linesOf(result)}\n`);
  return result.ok ? 0 : 1;
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  return 2;
});
