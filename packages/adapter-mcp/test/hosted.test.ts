import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, stdio } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startStack } from './official-server.js';

const root = join(__dirname, '..', '..', '..');

interface Ended {
  readonly code: unknown;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program with these variables and no others of the test's own. */
const run = async (words: readonly string[], variables: Readonly<Record<string, string>>): Promise<Ended> => {
  const env = { PATH: process.env['PATH'], ...variables };
  const child = spawn(process.execPath, words, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.on('data', (chunk) => output.push(String(chunk)));
  child.stderr.on('data', (chunk) => errors.push(String(chunk)));
  const [code] = await once(child, 'close');
  return { code, output: output.join(''), errors: errors.join('') };
};

test('without a real project it says what was skipped and which variables are missing, and that is no failure', async () => {
  const { code, output } = await run(['tools/setup/hosted.mjs'], { SUPABASE_URL: 'https://ref.example.test' });
  expect(code).toBe(0);
  expect(output).toBe(
    'Skipped: the layer contract against a hosted project. Not set: ' +
      'SUPABASE_SERVICE_ROLE_KEY, SUPABASE_ACCESS_TOKEN, SUPABASE_PROJECT_REF.\n',
  );
});

test('with one it runs the whole contract there, and leaves nothing behind', async () => {
  const stack = await startStack();
  const { projectRef, accessToken, managementUrl } = stack;
  const layer = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl: managementUrl }), projectRef });
  const traces = async () => {
    const text = "select nspname as name from pg_namespace where nspname like 'hybrid%' or nspname like 'public%'";
    return {
      schemas: answerOf(await layer.ports.sql.read({ text, values: [] }, createTestCall())).rows,
      buckets: answerOf(await layer.ports.buckets.list({}, createTestCall())),
      policies: answerOf(await layer.ports.policies.list({}, createTestCall())),
      migrations: answerOf(await layer.ports.migrations.list({}, createTestCall())),
    };
  };
  const before = await traces();
  const jest = ['node_modules/jest/bin/jest.js', '--config', 'packages/adapter-mcp/jest.hosted.cjs', '--runInBand'];
  const { code, output, errors } = await run([...jest, '--json'], {
    NODE_OPTIONS: '--experimental-vm-modules --disable-warning=ExperimentalWarning',
    SUPABASE_URL: stack.url,
    SUPABASE_SERVICE_ROLE_KEY: stack.serviceRoleKey,
    SUPABASE_ACCESS_TOKEN: accessToken,
    SUPABASE_PROJECT_REF: projectRef,
    SUPABASE_API_URL: managementUrl,
    SUPABASE_TEST_PAUSE_MS: '0',
  });
  expect(code === 0 ? '' : errors).toBe('');
  expect(JSON.parse(output)).toMatchObject({ success: true, numFailedTests: 0, numPendingTests: 0 });
  expect(JSON.parse(output).numPassedTests).toBeGreaterThan(20);
  expect(`${output}${errors}`).not.toContain(accessToken);
  expect(await traces()).toEqual(before);
  await layer.close();
  await stack.stop();
}, 600_000);
