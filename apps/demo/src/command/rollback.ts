import { rollBackPolicyFile, type PolicyChange, type PolicyFileProblem } from '@hybrid-supabase/routing-policy';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** What `hybrid rollback` takes. */
export interface RollbackOptions {
  readonly to?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly json?: boolean;
}

/** Rewrites a policy file so that every process that watches it goes back. */
export const rollbackCommand = async (file: string, { json, ...options }: RollbackOptions): Promise<ExitCode> => {
  const result = await rollBackPolicyFile(file, options);
  if (result.isErr()) return complain(result.error, json);
  const { changed, keptAs } = result.value;
  const isDone = changed.length > 0 && !options.dryRun;
  if (json) print(JSON.stringify({ ok: true, rolledBack: isDone, changed, ...(keptAs && { keptAs }) }));
  else for (const line of account(changed, keptAs, options)) print(line);
  return exitCodes.done;
};

const account = (
  changed: readonly PolicyChange[],
  keptAs: string | undefined,
  { dryRun, to }: RollbackOptions,
): readonly string[] => {
  if (changed.length === 0) return ['Nothing to roll back: no rollout is on, and every order is as asked for.'];
  const lines = changed.map((one) => `${one.path}: ${'from' in one ? said(one.from) : 'not said'} -> ${said(one.to)}`);
  const layer = to === undefined ? [] : [`A process that has no layer named ${to} keeps its own order.`];
  return dryRun
    ? [...lines, ...layer, 'Nothing was written: this was a dry run.']
    : [...lines, ...layer, `Rolled back. The old policy is kept as ${keptAs ?? ''}.`];
};

const said = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

const complain = ({ code, problems }: PolicyFileProblem, json = false): ExitCode => {
  if (json) print(JSON.stringify({ ok: false, rolledBack: false, code, problems }));
  else for (const problem of problems) process.stderr.write(`${problem}\n`);
  return code === 'unreadable' ? exitCodes.usage : exitCodes.failed;
};

const print = (line: string): void => void process.stdout.write(`${line}\n`);
