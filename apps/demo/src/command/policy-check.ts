import { readPolicyFile } from '@hybrid-supabase/routing-policy';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** Says every mistake of a policy file; changes nothing and puts nothing into force. */
export const policyCheckCommand = async (file: string, { json }: { readonly json?: boolean }): Promise<ExitCode> => {
  const result = await readPolicyFile(file);
  const { code, problems } = result.isOk() ? { code: undefined, problems: [] } : result.error;
  if (json) process.stdout.write(`${JSON.stringify({ ok: result.isOk(), ...(code && { code }), problems })}\n`);
  else if (result.isOk()) process.stdout.write('The policy holds no mistake.\n');
  else for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (code === 'unreadable') return exitCodes.usage;
  return result.isOk() ? exitCodes.done : exitCodes.failed;
};
