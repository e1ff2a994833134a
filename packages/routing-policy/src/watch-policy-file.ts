import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from 'neverthrow';
import { systemClock, type Clock, type ClockTimer } from './clock.js';
import { readPolicy } from './policy-check.js';
import type { PolicyControl } from './rules-in-force.js';

/** Why a policy file could not be put into force; the policy before it stays. */
export interface PolicyFileProblem {
  readonly code: 'unreadable' | 'not-json' | 'invalid';
  /** Every mistake with its path, or what to see to. Never the text of the file. */
  readonly problems: readonly string[];
}

/** How a policy file is watched. */
export interface WatchOptions {
  /** How often the file is read. @default 250, so that every process has switched well within a second */
  readonly everyMs?: number;
  /** Is told of every change: an error when the file now holds a mistake. */
  readonly onChange?: (outcome: Result<void, PolicyFileProblem>) => void;
  /** @default the process's monotonic clock */
  readonly clock?: Clock;
  /** Reads the file. @default node:fs */
  readonly read?: (path: string) => Promise<string>;
}

/** A watch that is under way. It keeps no process alive. */
export interface PolicyWatch {
  /** Ends it. Safe to call twice. */
  close(): void;
}

/**
 * Puts a JSON file into force as policy, now and whenever it changes. It is read again and again instead of being
 * watched by the system, because an editor that replaces the file, a mounted volume and a symbolic link all
 * escape such watching. A file that is wrong at the start is an error; later the policy in force stays.
 */
export async function watchPolicyFile(
  path: string,
  { policy }: { readonly policy: PolicyControl },
  options: WatchOptions = {},
): Promise<Result<PolicyWatch, PolicyFileProblem>> {
  const { everyMs = 250, onChange, clock = systemClock, read = (file) => readFile(file, 'utf8') } = options;
  let seen: string | undefined;
  let timer: ClockTimer | undefined;
  let isClosed = false;

  const look = async (): Promise<Result<void, PolicyFileProblem> | undefined> => {
    const text = await read(path).catch(() => undefined);
    const mark = text ?? unreadable.code;
    if (mark === seen || isClosed) return undefined;
    seen = mark;
    return text === undefined ? err(unreadable) : adopt(text, policy);
  };
  const lookAgain = (): void => {
    if (isClosed) return;
    timer = clock.setTimer(() => {
      void look().then((outcome) => {
        if (outcome) onChange?.(outcome);
        lookAgain();
      });
    }, everyMs);
    timer.unref();
  };

  const first = await look();
  if (first?.isErr()) return err(first.error);
  lookAgain();
  return ok({
    close: () => {
      isClosed = true;
      timer?.close();
    },
  });
}

const unreadable: PolicyFileProblem = {
  code: 'unreadable',
  problems: ['The policy file cannot be read: see that it is there and that this process may read it.'],
};

function adopt(text: string, policy: PolicyControl): Result<void, PolicyFileProblem> {
  const data = parsed(text);
  if (data.isErr()) return err(data.error);
  return readPolicy(data.value)
    .andThen((next) => policy.swap(next))
    .map(() => undefined)
    .mapErr((problems) => ({ code: 'invalid', problems }));
}

function parsed(text: string): Result<unknown, PolicyFileProblem> {
  try {
    return ok(JSON.parse(text));
  } catch {
    return err({ code: 'not-json', problems: ['The policy file is no JSON: check its commas, quotes and brackets.'] });
  }
}
