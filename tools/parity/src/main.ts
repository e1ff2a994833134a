import { parseArgs } from 'node:util';
import { openLayers } from './open-layers.js';
import { parityCases } from './parity-cases.js';
import { tableOf } from './report.js';
import { runParity } from './run-parity.js';

const usage = `npm run --silent parity -- [--json]

  The same SQL through every layer, on the embedded stack, compared with what is written in each case.
  Exit code 1 when a layer differs.

  --json   one JSON object instead of the table`;

const main = async (): Promise<number> => {
  const { values } = parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const { layers, close } = await openLayers();
  try {
    const result = await runParity(layers, parityCases);
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${tableOf(result, parityCases)}\n`);
    return result.ok ? 0 : 1;
  } finally {
    await close();
  }
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  return 2;
});
