import { execFile, fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hybrid = join(__dirname, '..', 'bin', 'hybrid.mjs');
const program = join(__dirname, 'watching-process.mjs');
const policy = { '*': { order: ['legacy'] }, 'buckets.*': { rollout: { order: ['next'], stage: 'complete' } } };

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (...words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], NO_COLOR: '1' };
    execFile(process.execPath, [hybrid, ...words], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-rollback-command-'));
  file = join(folder, 'policy.json');
  await writeFile(file, JSON.stringify(policy));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The next thing a process tells, from the moment this is called. */
const heard = async (child: ChildProcess): Promise<Readonly<Record<string, unknown>>> => {
  const [told]: unknown[] = await once(child, 'message');
  return typeof told === 'object' && told !== null ? { ...told } : {};
};

test('every process has switched within a second, and calls under way finish under the old policy', async () => {
  const children = [1, 2, 3, 4].map(() =>
    fork(program, [file], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] }),
  );
  const ended = children.map((child) => once(child, 'exit'));
  try {
    for (const { serving } of await Promise.all(children.map(heard))) expect(serving).toBe('next');
    const switches = children.map(heard);
    const { code, stdout } = await run('rollback', file, '--reason', 'more errors', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      rolledBack: true,
      changed: [{ path: "policy['buckets.*'].rollout.stage", from: 'complete', to: 'off' }],
    });
    // The new file was written, and then put in place: its time is a little earlier than the rollback itself.
    const { mtimeMs } = await stat(file);
    for (const { serving, atMs } of await Promise.all(switches)) {
      expect(serving).toBe('legacy');
      expect(Number(atMs) - mtimeMs).toBeLessThan(1_000);
    }
    const answers = children.map(heard);
    for (const child of children) child.send('release');
    for (const { slow, calls } of await Promise.all(answers)) {
      expect(slow).toBe('next');
      expect(calls).toBeGreaterThan(1);
    }
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    await Promise.all(ended);
  }
}, 60_000);

test('rollback says what it changed, keeps the old file, and says so when there is nothing to do', async () => {
  const dry = await run('rollback', file, '--to', 'legacy', '--dry-run');
  expect({ code: dry.code, stderr: dry.stderr }).toEqual({ code: 0, stderr: '' });
  expect(dry.stdout).toMatch(/rollout\.stage: complete -> off\n[\s\S]*Nothing was written/);
  expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(policy);

  const done = await run('rollback', file);
  const [, kept = ''] = /kept as (policy\.json\..+\.bak)\./.exec(done.stdout) ?? [];
  expect(JSON.parse(await readFile(join(folder, kept), 'utf8'))).toEqual(policy);
  expect((await run('rollback', file)).stdout).toMatch(/Nothing to roll back/);
});

test.each<[string, readonly string[], string | undefined, number, RegExp]>([
  ['of a file that is not there', ['rollback'], undefined, 2, /cannot be read/],
  ['of a file with a mistake', ['rollback'], '{"*":{"maxAttempts":0}}', 1, /maxAttempts: expected a whole number/],
  ['of a file that is half written', ['rollback', '--to', 'legacy'], '{"*":', 1, /no JSON/],
  ['checked with a mistake', ['policy', 'check'], '{"sql.write":{"hedge":{}}}', 1, /never runs twice/],
  ['checked and right', ['policy', 'check'], '{"sql.read":{"hedge":{}}}', 0, /no mistake/],
  ['checked and not there', ['policy', 'check'], undefined, 2, /cannot be read/],
  [
    'explained under',
    ['explain', 'sql.read', '--local', '--policy'],
    '{"*":{"disabledLayers":["mcp"]}}',
    0,
    /first +supabase/,
  ],
  ['explained under a mistake', ['explain', 'sql.read', '--local', '--policy'], '[]', 2, /expected an object/],
])('a policy %s: %j ends as it should', async (_what, words, text, code, said) => {
  await rm(file);
  if (text !== undefined) await writeFile(file, text);
  const ended = await run(...words, file);
  expect({ code: ended.code, said: ended.stdout + ended.stderr }).toEqual({ code, said: expect.stringMatching(said) });
});

test('an operation that is not there, and no layer at all, are wrong use', async () => {
  expect(await run('explain', 'sql.reed')).toMatchObject({ code: 2, stderr: expect.stringContaining('sql.read') });
  expect(await run('explain', 'sql.read')).toMatchObject({ code: 2, stderr: expect.stringContaining('--local') });
});

test('what is printed for a program is one object', async () => {
  expect(JSON.parse((await run('policy', 'check', file, '--json')).stdout)).toEqual({ ok: true, problems: [] });
  const { stdout } = await run('explain', 'files.upload', '--local', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    operation: 'files.upload',
    layers: [{ layer: 'supabase', asked: 'first' }, {}],
  });
});

const commands = [
  '',
  'tour',
  'stack',
  'install',
  'uninstall',
  'ledger',
  'ledger prune',
  'layers',
  'rollback',
  'policy',
  'policy check',
  'explain',
];
test.each(commands)('hybrid %s --help ends with 0, in plain text, with examples that can be typed', async (command) => {
  const words = command === '' ? [] : command.split(' ');
  const { code, stdout, stderr } = await run(...words, '--help');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('Examples:\n  hybrid ');
  expect(stdout).not.toContain('\u001b[');
});
