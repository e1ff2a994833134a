import {
  layerError,
  type BranchesPort,
  type BranchId,
  type Call,
  type LayerError,
  type LayerResult,
  type Method,
} from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { z } from 'zod';
import { beforeWriting } from './before-writing.js';
import type { Consent } from './branch-cost.js';
import type { Clock } from './clock.js';
import { createFollow, type Queued } from './follow-branches.js';
import { listedBranch, toBranch, type ListedBranch } from './listed-branch.js';
import type { ToolArguments } from './session-tools.js';
import { unreadableReply, type ToolCaller } from './tool-caller.js';
import type { ToolName } from './tool-table.js';

const list = z.object({ branches: z.array(listedBranch) });
const accepted = z.object({ success: z.literal(true) });

interface BranchesPortOptions {
  readonly layer: string;
  readonly tools: ToolCaller;
  readonly consent: Consent;
  readonly clock: Clock;
  /** Between two looks at what was queued. */
  readonly pollMs: number;
  readonly closed: AbortSignal;
}

type Concerns = (branch: ListedBranch, id: string) => boolean;
const itself: Concerns = (branch, id) => branch.id === id;
// A merge changes what it merges into; the list may leave that one out.
const itselfAndDefault: Concerns = (branch, id) => branch.id === id || branch.is_default;

/** Branches. What the platform only queues is followed to its end, as far as the call's deadline allows. */
export const createBranchesPort = (options: BranchesPortOptions): BranchesPort => {
  const { layer, tools, consent } = options;

  const all = async (call: Call): LayerResult<readonly ListedBranch[]> => {
    const reply = await tools.call('list_branches', {}, call);
    if (reply.isErr()) return err(reply.error);
    const known = list.safeParse(reply.value);
    return known.success
      ? ok(known.data.branches)
      : err(unreadableReply(layer, 'it is no list of branches', known.error));
  };
  const follow = createFollow({ ...options, list: all });

  const order = async (tool: ToolName, args: ToolArguments, call: Call): LayerResult<void> => {
    const reply = await tools.call(tool, args, call);
    if (reply.isErr()) return err(reply.error);
    return accepted.safeParse(reply.value).success
      ? ok(undefined)
      : err(unreadableReply(layer, 'it does not say that the work was accepted', reply.value));
  };

  const queue =
    <Input extends BranchId>(
      what: string,
      tool: ToolName,
      concerns: Concerns,
      argumentsOf: (input: Input) => ToolArguments,
    ): Method<Input, void> =>
    async (input, call) => {
      const before = await all(call);
      if (before.isErr()) return err(beforeWriting(before.error));
      if (!before.value.some(({ id }) => id === input.id)) return err(noBranch(layer));
      const ordered = await order(tool, argumentsOf(input), call);
      if (ordered.isErr()) return ordered;
      const queued: Queued = { what, before: before.value, concerns: (branch) => concerns(branch, input.id) };
      return (await follow(queued, call)).map(() => undefined);
    };

  return {
    list: async (_input, call) => (await all(call)).map((branches) => branches.map(toBranch)),
    async get({ id }, call) {
      const branches = await all(call);
      if (branches.isErr()) return err(branches.error);
      const found = branches.value.find((branch) => branch.id === id);
      return found === undefined ? err(noBranch(layer)) : ok(toBranch(found));
    },
    async create({ name, confirmCost }, call) {
      const agreed = await consent(confirmCost, call);
      if (agreed.isErr()) return err(agreed.error);
      const reply = await tools.call('create_branch', { name, confirm_cost_id: agreed.value }, call);
      if (reply.isErr()) return err(reply.error);
      const made = listedBranch.safeParse(reply.value);
      if (!made.success) return err(unreadableReply(layer, 'it is no branch', made.error));
      if (made.data.status === 'FUNCTIONS_DEPLOYED') return ok(toBranch(made.data));
      const queued: Queued = { what: 'The branch', before: [], concerns: ({ id }) => id === made.data.id };
      return (await follow(queued, call)).map(([ended]) => toBranch(ended ?? made.data));
    },
    merge: queue('The merge', 'merge_branch', itselfAndDefault, ({ id }) => ({ branch_id: id })),
    reset: queue<BranchId & { readonly migrationVersion?: string }>(
      'The reset',
      'reset_branch',
      itself,
      ({ id, migrationVersion }) => ({ branch_id: id, migration_version: migrationVersion }),
    ),
    rebase: queue('The rebase', 'rebase_branch', itself, ({ id }) => ({ branch_id: id })),
    delete: ({ id }, call) => order('delete_branch', { branch_id: id }, call),
  };
};

const noBranch = (layer: string): LayerError =>
  layerError({
    kind: 'not-found',
    layer,
    effect: 'none',
    message: 'The project has no such branch.',
    hint: 'Look at `branches.list`; it is empty, too, where branching is not enabled.',
  });
