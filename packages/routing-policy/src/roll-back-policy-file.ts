import { appendFile, realpath, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import { isRecord } from './expectation.js';
import { policyIn, readText, unreadable, type PolicyFileProblem } from './policy-file.js';
import type { RoutingPolicy } from './policy.js';
import { replaceFile, writeNew } from './replace-file.js';
import { rolledBack, type RollbackOptions } from './rolled-back.js';

/** How a policy file is rolled back. */
export interface RollBackFileOptions extends RollbackOptions {
  /** Goes into the history, for whoever asks later. */
  readonly reason?: string;
  /** Only say what would change. @default false */
  readonly dryRun?: boolean;
  /** Milliseconds since 1970. @default Date.now */
  readonly unixMs?: () => number;
}

/** One member that is different now. */
export interface PolicyChange {
  readonly path: string;
  /** Absent when it was left out. */
  readonly from?: unknown;
  readonly to: unknown;
}

/** What a rollback did, or would do. */
export interface PolicyRollback {
  /** Empty: nothing was on its way, and the file was left alone. */
  readonly changed: readonly PolicyChange[];
  readonly policy: RoutingPolicy;
  /** The name of the copy of the old file, in the same folder; absent when nothing was written. */
  readonly keptAs?: string;
}

/**
 * Rewrites a watched policy file to what {@link rolledBack} gives, so that every process that watches it goes back.
 * The file is replaced as a whole; the old one stays beside it, and a line of its history says when and why. Never rejects.
 */
export async function rollBackPolicyFile(
  path: string,
  options: RollBackFileOptions = {},
): Promise<Result<PolicyRollback, PolicyFileProblem>> {
  if (options.to === '') return err(noLayer);
  // A mounted configuration is often a link: what it leads to is what has to change.
  const file = await realpath(path).catch(() => undefined);
  const text = file === undefined ? undefined : await readText(file).catch(() => undefined);
  if (file === undefined || text === undefined) return err(unreadable);
  const old = policyIn(text);
  if (old.isErr()) return err(old.error);
  const policy = rolledBack(old.value, options.to === undefined ? {} : { to: options.to });
  const changed = changesBetween(old.value, policy);
  if (changed.length === 0 || options.dryRun) return ok({ changed, policy });
  return write(file, text, { changed, policy }, options);
}

async function write(
  file: string,
  old: string,
  rollback: PolicyRollback,
  { reason, to, unixMs = Date.now }: RollBackFileOptions,
): Promise<Result<PolicyRollback, PolicyFileProblem>> {
  const at = new Date(unixMs()).toISOString();
  const copy = `${file}.${at.replaceAll(':', '-')}.bak`;
  const keptAs = basename(copy);
  const line = { at, ...(reason !== undefined && { reason }), ...(to !== undefined && { to }), keptAs };
  try {
    const mode = (await stat(file)).mode & 0o777;
    if ((await readText(file)) !== old) return err(changedMeanwhile);
    await writeNew(copy, old, mode);
    await appendFile(`${file}.history.jsonl`, `${JSON.stringify({ ...line, changed: rollback.changed })}\n`, { mode });
    await replaceFile(file, `${JSON.stringify(rollback.policy, null, 2)}\n`, mode);
  } catch {
    // What the system says holds the path, and comes down to this.
    return err(unwritable);
  }
  return ok({ ...rollback, keptAs });
}

/** Only stages and orders can differ. */
function changesBetween(old: RoutingPolicy, next: RoutingPolicy): readonly PolicyChange[] {
  const before = new Map<string, unknown>(Object.entries(old));
  return Object.entries(next).flatMap(([key, entry]) => {
    const [was, is] = [before.get(key), entry].map(partsOf);
    return ['order', 'rollout.stage'].flatMap((member) => {
      const [from, to] = [was?.[member], is?.[member]];
      const path = `policy['${key}'].${member}`;
      if (JSON.stringify(from) === JSON.stringify(to)) return [];
      return [from === undefined ? { path, to } : { path, from, to }];
    });
  });
}

function partsOf(entry: unknown): { readonly [member: string]: unknown } {
  if (!isRecord(entry)) return {};
  const { order, rollout } = entry;
  return { order, 'rollout.stage': isRecord(rollout) ? rollout['stage'] : undefined };
}

const noLayer: PolicyFileProblem = { code: 'invalid', problems: ['The layer to go back to has no name: give one.'] };

const changedMeanwhile: PolicyFileProblem = {
  code: 'changed-meanwhile',
  problems: ['Somebody else has changed the policy file at this moment: look at it, and run this again.'],
};

const unwritable: PolicyFileProblem = {
  code: 'unwritable',
  problems: [
    'The policy file cannot be replaced: see that this process may write its folder. Where it is mounted read-only, change it at its source.',
  ],
};
