import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A stack in a process of its own, so that the process can be killed. */
export interface StackProcess {
  readonly child: ChildProcess;
  /** What the child told: a stack, or the error it got. */
  readonly told: Readonly<Record<string, unknown>>;
}

/** Starts a stack in a child and waits for what it tells. */
export async function startInChild(dataDirectory?: string): Promise<StackProcess> {
  const program = join(__dirname, 'stack-child.ts');
  const words = [
    '--import',
    '@swc-node/register/esm-register',
    program,
    ...(dataDirectory === undefined ? [] : [dataDirectory]),
  ];
  const child = spawn(process.execPath, words, {
    cwd: join(__dirname, '..'),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const ended = once(child, 'exit').then(([code]) => [`{"exit":${JSON.stringify(code)}}`]);
  const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
  return { child, told: JSON.parse(String(line)) };
}

/** Kills without giving the process a chance to clean up. */
export async function kill(child: ChildProcess): Promise<void> {
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}

/** A process of this machine, as far as this user may see it. */
interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

/** Linux has it in files, also where no `ps` is installed; elsewhere `ps` says it. */
export async function runningProcesses(): Promise<readonly RunningProcess[]> {
  return process.platform === 'linux' ? ofProcFiles() : ofPs();
}

async function ofProcFiles(): Promise<readonly RunningProcess[]> {
  const numbers = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const text = (pid: string, file: string) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
  const found = await Promise.all(
    numbers.map(async (pid) => [pid, await text(pid, 'cmdline'), await text(pid, 'stat')] as const),
  );
  return found.map(([pid, command, stat]) => ({
    pid: Number(pid),
    parent: Number(stat.split(') ')[1]?.split(' ')[1]),
    command,
  }));
}

async function ofPs(): Promise<readonly RunningProcess[]> {
  const { stdout } = await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,command='], { maxBuffer: 16 * 1024 * 1024 });
  return [...stdout.matchAll(/^\s*(\d+)\s+(\d+)\s+(.*)$/gm)].map(([, pid, parent, command = '']) => ({
    pid: Number(pid),
    parent: Number(parent),
    command,
  }));
}

/** Processes that name this text in their command line. */
export async function processesOf(text: string): Promise<readonly number[]> {
  return (await runningProcesses()).filter(({ command }) => command.includes(text)).map(({ pid }) => pid);
}

/** Waits for something that another process does; fails by the test's own time limit. */
export async function until(claim: () => Promise<boolean>): Promise<void> {
  while (!(await claim())) await sleep(20);
}
