import { parseArgs } from 'node:util';
import { startStackElsewhere } from '@hybrid-supabase/rig/stack-elsewhere';
import { readPolicyFile, type RoutingPolicy } from '@hybrid-supabase/routing-policy';
import { linesOf } from './load-report.js';

const usage = `npm run load -- [--seconds N] [--steps N] [--seed N] [--timeout-ms N] [--to N] [--policy FILE] [--json]

Sends mixed calls through both layers at a rate that rises past what the embedded stack can serve, without waiting for
answers, and ends with 1 when too little is served past that point, a call got no result, or memory piled up.

  --seconds N     how long the rate rises (default 60)
  --steps N       in how many steps (default 12)
  --seed N        decides what arrives when (default 1)
  --timeout-ms N  how long each caller waits (default 2000)
  --to N          the last rate, in parts of what 16 waiting callers are served (default 3)
  --policy FILE   under this policy instead of the preset
  --json          one JSON object instead of the table

Examples:
  npm run load
  npm run load -- --seconds 20 --to 5
  npm run --silent load -- --json`;

const positive = (name: string, text: string): number => {
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} must be a number above 0.`);
};

const whole = (name: string, text: string): number => {
  const value = positive(name, text);
  if (Number.isInteger(value)) return value;
  throw new Error(`--${name} must be a whole number.`);
};

const policyOf = async (file: string | undefined): Promise<RoutingPolicy> => {
  if (file === undefined) return {};
  const policy = await readPolicyFile(file);
  if (policy.isErr()) throw new Error(policy.error.problems.join('\n'));
  return policy.value;
};

const main = async (): Promise<number> => {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      steps: { type: 'string', default: '12' },
      seed: { type: 'string', default: '1' },
      'timeout-ms': { type: 'string', default: '2000' },
      to: { type: 'string', default: '3' },
      policy: { type: 'string' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const numbers = {
    seconds: positive('seconds', values.seconds),
    steps: whole('steps', values.steps),
    seed: whole('seed', values.seed),
    timeoutMs: positive('timeout-ms', values['timeout-ms']),
    to: positive('to', values.to),
  };
  const policy = await policyOf(values.policy);
  // Loaded late: a layer's client prints at its import, and help should not wait for it.
  const { runLoad } = await import('./run-load.js');
  const stack = await startStackElsewhere();
  try {
    const onProgress = (line: string): void => void process.stderr.write(`${line}\n`);
    const result = await runLoad({ ...numbers, policy, stack, from: 0.25, warmMs: 6_000, onProgress });
    process.stdout.write(values.json ? `${JSON.stringify(result)}\n` : `${linesOf(result)}\n`);
    return result.ok ? 0 : 1;
  } finally {
    await stack.stop();
  }
};

process.exitCode = await main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage}\n`);
  return 2;
});
