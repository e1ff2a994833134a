import { operationNames } from '@hybrid-supabase/core';
import { readPolicyFile, type Explanation, type RoutingPolicy } from '@hybrid-supabase/routing-policy';
import { ok, type Result } from 'neverthrow';
import { openDoor } from '../door.js';
import { readSettings, type Settings } from '../settings.js';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** What `hybrid explain` takes. */
export interface ExplainOptions {
  readonly policy?: string;
  readonly local?: boolean;
  readonly json?: boolean;
}

/** Says what a call would do, without making it. */
export const explainCommand = async (operation: string, options: ExplainOptions): Promise<ExitCode> => {
  const name = operationNames.find((one) => one === operation);
  if (name === undefined)
    return complain(['There is no such operation. These are:', ...operationNames.map((one) => `  ${one}`)]);
  const policy = await policyOf(options);
  if (policy.isErr()) return complain(policy.error);
  const settings = options.local ? ok(embedded) : readSettings(process.env);
  if (settings.isErr()) return complain([settings.error.message, settings.error.hint, 'Or use --local.']);
  const hybrid = openDoor(settings.value, { policy: policy.value });
  try {
    const explanation = hybrid.explain(name);
    process.stdout.write(options.json ? `${JSON.stringify(explanation)}\n` : `${textOf(explanation).join('\n')}\n`);
    return exitCodes.done;
  } finally {
    await hybrid.close();
  }
};

/** The layers of the embedded stack; nothing is sent to these addresses. */
const embedded: Settings = {
  mcp: { accessToken: 'not-used', projectRef: 'abcdefghijklmnopqrst', apiUrl: 'http://127.0.0.1' },
  supabase: { url: 'http://127.0.0.1', serviceRoleKey: 'not-used' },
  missing: {},
};

const policyOf = async ({ policy }: ExplainOptions): Promise<Result<RoutingPolicy, readonly string[]>> =>
  policy === undefined ? ok({}) : (await readPolicyFile(policy)).mapErr(({ problems }) => problems);

const textOf = ({ operation, effectClass, whenLost, layers, rule }: Explanation): readonly string[] => [
  `${operation} (${effectClass})`,
  ...layers.map(({ asked, layer, why }) => `  ${asked.padEnd(5)}  ${layer.padEnd(9)}  ${why}`),
  `  lost   ${whenLost}`,
  `  rule   ${Object.entries(rule)
    .flatMap(([member, value]) => (value === undefined ? [] : [`${member} ${said(value)}`]))
    .join('; ')}`,
];

const said = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const complain = (lines: readonly string[]): ExitCode => {
  process.stderr.write(`${lines.join('\n')}\n`);
  return exitCodes.usage;
};
