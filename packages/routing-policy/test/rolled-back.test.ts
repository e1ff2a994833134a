import { lstat, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readPolicyFile, rollBackPolicyFile, rolledBack, type RoutingPolicy } from '../src/index.js';

const policy: RoutingPolicy = {
  '*': { maxAttempts: 2 },
  'sql.*': { rollout: { order: ['supabase'], stage: 'live' } },
  'buckets.list': { order: ['supabase', 'mcp'], rollout: { order: ['postgres'] } },
};

describe('a policy rolled back', () => {
  test('has every rollout off, whatever its stage, and is the same otherwise', () => {
    expect(rolledBack(policy)).toEqual({
      '*': { maxAttempts: 2 },
      'sql.*': { rollout: { order: ['supabase'], stage: 'off' } },
      'buckets.list': { order: ['supabase', 'mcp'], rollout: { order: ['postgres'], stage: 'off' } },
    });
  });

  test('to a layer has it first wherever there is an order, and for everything else', () => {
    expect(rolledBack(policy, { to: 'mcp' })).toMatchObject({
      '*': { maxAttempts: 2, order: ['mcp'] },
      'sql.*': { rollout: { stage: 'off' } },
      'buckets.list': { order: ['mcp', 'supabase'] },
    });
    expect(rolledBack({}, { to: 'mcp' })).toEqual({ '*': { order: ['mcp'] } });
  });

  test('twice is the same as once', () => {
    for (const options of [{}, { to: 'mcp' }]) {
      const once = rolledBack(policy, options);
      expect(rolledBack(once, options)).toEqual(once);
    }
  });

  test('that holds a mistake is a programming mistake', () => {
    expect(() => rolledBack(policy, { to: '' })).toThrow("rolledBack: policy['*'].order: expected a list of names");
  });
});

describe('a policy file rolled back', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'hybrid-rollback-'));
    file = join(folder, 'policy.json');
    await writeFile(file, JSON.stringify(policy), { mode: 0o640 });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const unixMs = () => Date.UTC(2026, 10, 22, 23, 30);

  test('holds the policy with every rollout off, keeps its mode, and leaves the old text and a history', async () => {
    const { changed, keptAs } = (await rollBackPolicyFile(file, { reason: 'errors', unixMs }))._unsafeUnwrap();
    expect(changed).toEqual([
      { path: "policy['sql.*'].rollout.stage", from: 'live', to: 'off' },
      { path: "policy['buckets.list'].rollout.stage", to: 'off' },
    ]);
    expect((await readPolicyFile(file))._unsafeUnwrap()).toEqual(rolledBack(policy));
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(keptAs).toBe('policy.json.2026-11-22T23-30-00.000Z.bak');
    expect(JSON.parse(await readFile(join(folder, String(keptAs)), 'utf8'))).toEqual(policy);
    const history = (await readFile(`${file}.history.jsonl`, 'utf8')).trim().split('\n');
    expect(history.map((line) => JSON.parse(line))).toEqual([
      { at: '2026-11-22T23:30:00.000Z', reason: 'errors', keptAs, changed },
    ]);
    expect((await readdir(folder)).sort()).toEqual(['policy.json', keptAs, 'policy.json.history.jsonl']);
  });

  test('is left alone when nothing is on its way, or on a dry run', async () => {
    const dry = (await rollBackPolicyFile(file, { to: 'mcp', dryRun: true }))._unsafeUnwrap();
    expect(dry.changed.map(({ path }) => path)).toContain("policy['*'].order");
    expect(dry.keptAs).toBeUndefined();
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(policy);
    await writeFile(file, '{ "*": {} }');
    expect((await rollBackPolicyFile(file))._unsafeUnwrap().changed).toEqual([]);
    expect(await readFile(file, 'utf8')).toBe('{ "*": {} }');
    expect(await readdir(folder)).toEqual(['policy.json']);
  });

  test('that is a link changes what the link leads to', async () => {
    const link = join(folder, 'link.json');
    await symlink(file, link);
    expect((await rollBackPolicyFile(link)).isOk()).toBe(true);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect((await readPolicyFile(file))._unsafeUnwrap()['sql.*']?.rollout?.stage).toBe('off');
  });

  test.each<[string, string | undefined, string]>([
    ['is not there', undefined, 'unreadable'],
    ['is half written', '{"*":', 'not-json'],
    ['holds a mistake', '{"*":{"maxAttempts":0}}', 'invalid'],
  ])('that %s is an error, and nothing is written', async (_what, text, code) => {
    await rm(file);
    if (text !== undefined) await writeFile(file, text);
    expect((await rollBackPolicyFile(file))._unsafeUnwrapErr().code).toBe(code);
    expect(await readdir(folder)).toEqual(text === undefined ? [] : ['policy.json']);
  });

  test('cannot lead to a layer without a name', async () => {
    expect((await rollBackPolicyFile(file, { to: '' }))._unsafeUnwrapErr().code).toBe('invalid');
  });

  test('is an error that says so when it cannot be written, and the old one stays', async () => {
    // A file where the copy would have to be: whoever may write everything cannot write this either.
    await writeFile(`${file}.2026-11-22T23-30-00.000Z.bak`, 'there already');
    const problem = (await rollBackPolicyFile(file, { unixMs }))._unsafeUnwrapErr();
    expect(problem).toMatchObject({ code: 'unwritable', problems: [expect.not.stringContaining(folder)] });
    expect(JSON.parse(await readFile(file, 'utf8'))).toEqual(policy);
  });

  test('two at a time leave a whole file', async () => {
    const now = { ms: 0 };
    const both = await Promise.all(
      [1, 2, 3, 4].map(() => rollBackPolicyFile(file, { unixMs: () => Date.UTC(2026, 0, 1) + (now.ms += 1) })),
    );
    expect(both.some((one) => one.isOk())).toBe(true);
    for (const one of both) if (one.isErr()) expect(one.error.code).toBe('changed-meanwhile');
    expect((await readPolicyFile(file))._unsafeUnwrap()).toEqual(rolledBack(policy));
  });
});
