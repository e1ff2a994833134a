import { type Call, type LayerError, layerError, type LayerResult, stoppedError } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import type { Clock } from './clock.js';
import type { ListedBranch } from './listed-branch.js';
import { pause } from './pause.js';

/** What has been queued, and how to tell that it has ended. */
export interface Queued {
  /** `The merge`, for messages. */
  readonly what: string;
  /** The branches that it may change, as they were before; none when they did not exist. */
  readonly before: readonly ListedBranch[];
  /** Which branches to look at. */
  concerns(branch: ListedBranch): boolean;
}

interface FollowOptions {
  readonly layer: string;
  readonly clock: Clock;
  readonly pollMs: number;
  readonly closed: AbortSignal;
  list(call: Call): LayerResult<readonly ListedBranch[]>;
}

/** Looks until the queued work has ended, and gives the branches it changed. */
export type Follow = (queued: Queued, call: Call) => LayerResult<readonly ListedBranch[]>;

// The platform's own guide names this one as the end (supabase/mcp#46).
const isDone = ({ status }: ListedBranch): boolean => status === 'FUNCTIONS_DEPLOYED';
const isFailed = ({ status }: ListedBranch): boolean => status.endsWith('_FAILED');

/** The server says "success" when work is queued; the list of branches is the only place that tells of its end. */
export const createFollow = ({ layer, clock, pollMs, closed, list }: FollowOptions): Follow => {
  const noteChanges = (changed: readonly ListedBranch[], seen: Map<string, string>, call: Call): void => {
    for (const { id, name, status } of changed) {
      if (seen.get(id) !== status) call.note(`Branch ${name}: ${status}.`);
      seen.set(id, status);
    }
  };

  return async (queued, call) => {
    const seen = new Map<string, string>();
    const moved = new Set<string>();
    for (;;) {
      if (!(await pause(clock, pollMs, [call.signal, closed]))) return err(endUnseen(layer, queued, call, closed));
      const listed = await list(call);
      call.progressed();
      // A look that fails proves nothing about the work; only the deadline ends the looking.
      if (listed.isErr()) {
        if (listed.error.kind === 'unsupported') return err(endUnseen(layer, queued, call, closed, listed.error));
        call.note('A look at the branches failed; looking again.');
        continue;
      }
      for (const branch of listed.value.filter(queued.concerns)) if (hasMoved(branch, queued)) moved.add(branch.id);
      const changed = listed.value.filter(({ id }) => moved.has(id));
      noteChanges(changed, seen, call);
      const failed = changed.find(isFailed);
      if (failed !== undefined) return err(runFailed(layer, queued, failed));
      if (changed.length > 0 && changed.every(isDone)) return ok(changed);
    }
  };
};

// The same words may mean "not begun" and "ended": only a change tells them apart.
const hasMoved = ({ id, status, updated_at }: ListedBranch, { before }: Queued): boolean => {
  const old = before.find((branch) => branch.id === id);
  return old === undefined || old.status !== status || old.updated_at !== updated_at;
};

const runFailed = (layer: string, { what }: Queued, { status }: ListedBranch): LayerError =>
  layerError({
    kind: 'failed',
    layer,
    effect: 'unknown',
    code: status,
    message: `${what} was begun and failed on the platform.`,
    hint: 'Read the logs of the branch; `branches.get` says how it stands.',
  });

const endUnseen = (
  layer: string,
  { what }: Queued,
  call: Call,
  closed: AbortSignal,
  cause?: LayerError,
): LayerError => {
  const interrupted = closed.aborted || cause !== undefined;
  const { kind } = stoppedError(layer, call, 'unknown');
  return layerError({
    kind: interrupted ? 'interrupted' : kind,
    layer,
    effect: 'unknown',
    code: 'queued',
    message: `${what} was queued, and its end was not seen in time; it goes on without us.`,
    hint: 'Look with `branches.list` how it stands before asking again, and give the call more time.',
    cause,
  });
};
