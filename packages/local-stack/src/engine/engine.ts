import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { err, ok, type Result } from 'neverthrow';
import { keeperPath } from './keeper.cjs';
import type { DatabaseUser } from '../directory/database-user.js';
import type { LocalStackError } from '../local-stack-error.js';
import { engineError } from './engine-error.js';
import { parseKeeperEvent, type KeeperEvent } from './keeper-event.js';

/** A PostgreSQL server of our own, on loopback. */
export interface Engine {
  readonly port: number;
  readonly keeperPid: number;
  readonly databasePid: number;
  /** Ends the server and its keeper; a temporary directory goes with them. Safe to call twice. */
  stop(): Promise<void>;
}

/** What the keeper needs to know. */
export interface EnginePlan {
  readonly home: string;
  readonly temporary: boolean;
  readonly runAs: DatabaseUser | undefined;
  readonly user: string;
  readonly password: string;
  /** Where empty databases are kept to be copied. */
  readonly templates: string | undefined;
}

const stopLimitMs = 20_000;

/** Starts the keeper and waits until its database takes connections. */
export async function startEngine(
  plan: EnginePlan,
  onProgress: (line: string) => void,
): Promise<Result<Engine, LocalStackError>> {
  // In a process group of its own, an interrupt from the terminal reaches only us, and we end it in order.
  const keeper = spawn(process.execPath, [keeperPath], {
    stdio: ['pipe', 'pipe', 'ignore'],
    detached: true,
    env: keeperEnvironment(),
  });
  const gone = new Promise<void>((resolve) => {
    keeper.once('close', () => resolve());
    keeper.once('error', () => resolve());
  });
  // Writing to a keeper that has already died is told by `gone`.
  keeper.stdin.on('error', () => undefined);
  keeper.stdin.write(`${JSON.stringify(plan)}\n`);
  const outcome = await Promise.race([firstOutcome(keeper, onProgress), gone]);
  if (outcome?.event === 'ready') return ok(engineOf(keeper, gone, outcome));
  keeper.stdin.end();
  await gone;
  return err(engineError(outcome?.event === 'failed' ? outcome.log : ['The keeper of the database ended.']));
}

/** No credential of the caller's environment has any business in the database's processes. */
const keeperEnvironment = (): NodeJS.ProcessEnv => ({
  PATH: process.env['PATH'],
  SystemRoot: process.env['SystemRoot'],
});

type Outcome = Extract<KeeperEvent, { event: 'ready' | 'failed' }>;

function firstOutcome(keeper: ChildProcess, onProgress: (line: string) => void): Promise<Outcome> {
  return new Promise((resolve) => {
    if (keeper.stdout === null) return;
    createInterface({ input: keeper.stdout }).on('line', (line) => {
      const event = parseKeeperEvent(line);
      if (event?.event === 'step') onProgress(event.line);
      if (event?.event === 'ready' || event?.event === 'failed') resolve(event);
    });
  });
}

function engineOf(keeper: ChildProcess, gone: Promise<void>, ready: Extract<Outcome, { event: 'ready' }>): Engine {
  const killDatabase = (): void => killQuietly(ready.pid, 'SIGQUIT');
  // A keeper that is killed cannot end its database, so its parent does.
  keeper.once('exit', (code) => code !== 0 && killDatabase());
  return {
    port: ready.port,
    keeperPid: keeper.pid ?? 0,
    databasePid: ready.pid,
    stop: async () => {
      keeper.stdin?.end();
      const late = setTimeout(() => keeper.kill('SIGKILL'), stopLimitMs);
      if (keeper.exitCode === null && keeper.signalCode === null) await once(keeper, 'exit');
      await gone;
      clearTimeout(late);
    },
  };
}

function killQuietly(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself, which is what was wanted.
  }
}
