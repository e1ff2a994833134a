import { startLocalStack } from '@hybrid-supabase/local-stack';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** What `hybrid stack` takes. */
export interface StackOptions {
  readonly data: string;
  readonly port?: number;
  readonly json?: boolean;
}

/** Runs the embedded stack until it is interrupted; prints what a program needs to reach it. */
export const stackCommand = async ({ data, port, json }: StackOptions): Promise<ExitCode> => {
  const started = await startLocalStack({
    dataDirectory: data,
    onProgress: (line) => process.stderr.write(`${line}\n`),
    ...(port === undefined ? {} : { port }),
  });
  if (started.isErr()) {
    process.stderr.write(`${started.error.message}\n${started.error.hint}\n`);
    return exitCodes.failed;
  }
  const stack = started.value;
  const environment = {
    SUPABASE_URL: stack.url,
    SUPABASE_SERVICE_ROLE_KEY: stack.serviceRoleKey,
    SUPABASE_ACCESS_TOKEN: stack.accessToken,
    SUPABASE_PROJECT_REF: stack.projectRef,
    SUPABASE_API_URL: stack.managementUrl,
  };
  process.stdout.write(json ? `${JSON.stringify(environment)}\n` : exportsOf(environment));
  await interrupted();
  await stack.stop();
  return exitCodes.done;
};

const exportsOf = (environment: Readonly<Record<string, string>>): string =>
  `${Object.entries(environment)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n')}\n`;

const interrupted = (): Promise<void> =>
  new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
