import { err, ok, type Result } from 'neverthrow';
import { systemClock, type Clock, type ClockTimer } from './clock.js';
import { policyIn, readText, unreadable, type PolicyFileProblem } from './policy-file.js';
import type { RoutingPolicy } from './policy.js';
import type { PolicyControl } from './rules-in-force.js';

/** How a policy file is watched. */
export interface WatchOptions {
  /** How often the file is read. @default 250, so that every process has switched well within a second */
  readonly everyMs?: number;
  /** Is told of every change: an error when the file now holds a mistake. What it throws is dropped. */
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

type Outcome = Result<void, PolicyFileProblem>;

/** A disk that answers at all reads a file in well under this. */
const stalledAfterMs = 5_000;

/**
 * Puts a JSON file into force as policy, now and whenever it changes. It is read again and again instead of being
 * watched by the system, because an editor that replaces the file, a mounted volume, a network file system and a
 * symbolic link all escape such watching. A file that is wrong at the start is an error; later the policy in force
 * stays, and the mistake is told once, if it is still there at the next look: many editors write in two steps.
 */
export async function watchPolicyFile(
  path: string,
  { policy }: { readonly policy: PolicyControl },
  { everyMs = 250, onChange, clock = systemClock, read = readText }: WatchOptions = {},
): Promise<Result<PolicyWatch, PolicyFileProblem>> {
  const readNow = patientReader(() => read(path), clock);
  let seen: string | undefined;
  let doubted: string | undefined;
  let timer: ClockTimer | undefined;
  let isClosed = false;

  const look = async (isFirst: boolean): Promise<Outcome | undefined> => {
    const found = await readNow();
    const mark = found.isOk() ? `text ${found.value}` : found.error.code;
    if (isClosed || mark === seen) return void (doubted = undefined);
    const next = found.andThen(policyIn);
    if (next.isErr() && !isFirst && mark !== doubted) return void (doubted = mark);
    [seen, doubted] = [mark, undefined];
    return next.andThen((adopted) => adopt(adopted, policy));
  };
  const lookAgain = (): void => {
    if (isClosed) return;
    timer = clock.setTimer(() => {
      void look(false).then((outcome) => {
        if (outcome) tell(onChange, outcome);
        lookAgain();
      });
    }, everyMs);
    timer.unref();
  };

  const first = await look(true);
  if (first?.isErr()) return err(first.error);
  lookAgain();
  return ok({
    close: () => {
      isClosed = true;
      timer?.close();
    },
  });
}

const adopt = (next: RoutingPolicy, policy: PolicyControl): Outcome =>
  policy
    .swap(next)
    .map(() => undefined)
    .mapErr((problems) => ({ code: 'invalid', problems }));

function tell(onChange: WatchOptions['onChange'], outcome: Outcome): void {
  try {
    onChange?.(outcome);
  } catch {
    // The policy counts all the same, and the next change must be seen.
  }
}

/**
 * Reads, and says so when no answer comes. A reading that hangs is waited for and not joined by others: on a network
 * file system that is gone they would take up every thread that reads files.
 */
function patientReader(read: () => Promise<string>, clock: Clock): () => Promise<Result<string, PolicyFileProblem>> {
  let reading: Promise<Result<string, PolicyFileProblem>> | undefined;
  const start = (): Promise<Result<string, PolicyFileProblem>> =>
    read()
      .then(
        (text) => ok(text),
        () => err(unreadable),
      )
      .finally(() => (reading = undefined));
  return () =>
    new Promise((resolve) => {
      const timer = clock.setTimer(() => resolve(err(unreadable)), stalledAfterMs);
      timer.unref();
      void (reading ??= start()).then((found) => {
        timer.close();
        resolve(found);
      });
    });
}
