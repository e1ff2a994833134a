import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalStack } from '@hybrid-supabase/local-stack';
import ts from 'typescript';

const project = join(__dirname, '..');
const example = readFileSync(join(project, 'examples', 'first-program.ts'), 'utf8');

test('the program of the README is the example that is compiled here, in at most twenty lines', () => {
  const [, program = ''] =
    /```ts\n([\s\S]*?)```/.exec(readFileSync(join(project, '..', '..', 'README.md'), 'utf8')) ?? [];
  expect(program).toBe(example);
  expect(
    program
      .trim()
      .split('\n')
      .filter((line) => line !== '').length,
  ).toBeLessThanOrEqual(20);
});

test('the program of the README runs against a project and prints what the layer answered', async () => {
  const stack = (await startLocalStack())._unsafeUnwrap();
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [compiledExample()], {
      env: {
        PATH: process.env['PATH'],
        SUPABASE_URL: stack.url,
        SUPABASE_SERVICE_ROLE_KEY: stack.serviceRoleKey,
        SUPABASE_ACCESS_TOKEN: stack.accessToken,
        SUPABASE_PROJECT_REF: stack.projectRef,
        SUPABASE_API_URL: stack.managementUrl,
      },
    });
    expect(stdout).toBe("mcp { word: 'hello', number: 42n }\n");
    expect(stderr).not.toMatch(/error/i);
  } finally {
    await stack.stop();
  }
}, 60_000);

/** Compiled as plain JavaScript below this project, so that it finds the built packages as a user's program would. */
const compiledExample = (): string => {
  const folder = join(project, 'out-tsc', 'examples');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'first-program.mjs');
  writeFileSync(
    file,
    ts.transpileModule(example, { compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext } })
      .outputText,
  );
  return file;
};
