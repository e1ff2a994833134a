import { readFile } from 'node:fs/promises';
import { codeOf } from '../local-stack-error.js';

/** A process, told apart from a later one that was given the same number. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in the system's own ticks; absent where the system does not say. */
  readonly started?: string;
}

/** The identity of a running process. */
export async function identityOf(pid: number): Promise<ProcessIdentity> {
  const started = await startOf(pid);
  return started === undefined ? { pid } : { pid, started };
}

/** Whether that very process still runs. */
export async function isRunning({ pid, started }: ProcessIdentity): Promise<boolean> {
  if (!answers(pid)) return false;
  const now = await startOf(pid);
  return started === undefined || now === undefined || now === started;
}

function answers(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}

async function startOf(pid: number): Promise<string | undefined> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => undefined);
  // The name of the program, in brackets, may hold anything; the fields are counted after it.
  const [state, ...fields] = line?.slice(line.lastIndexOf(')') + 2).split(' ') ?? [];
  return state === 'Z' ? 'ended' : fields[18];
}
