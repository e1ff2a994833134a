import { readSettings } from '../settings.js';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** Says which layers the environment allows, and which variables the others miss. */
export const layersCommand = ({ json }: { readonly json?: boolean }): ExitCode => {
  const result = readSettings(process.env);
  if (result.isErr()) {
    process.stderr.write(`${result.error.message}\n${result.error.hint}\n`);
    return exitCodes.usage;
  }
  const { mcp, supabase, postgres, missing } = result.value;
  const rows = {
    mcp: { ready: mcp !== undefined, missing: missing.mcp ?? [] },
    supabase: { ready: supabase !== undefined, missing: missing.supabase ?? [] },
    postgres: { ready: postgres !== undefined, missing: missing.postgres ?? [] },
  };
  if (json) process.stdout.write(`${JSON.stringify(rows)}\n`);
  else
    for (const [layer, row] of Object.entries(rows))
      process.stdout.write(`${layer.padEnd(9)} ${row.ready ? 'ready' : `needs ${row.missing.join(' and ')}`}\n`);
  return exitCodes.done;
};
