import { operationNames, operations, type Operation, type OperationName } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { described, isRecord, problemsOf } from './expectation.js';
import { ofDoor, ofOperation, ofReads } from './policy-members.js';
import type { RoutingPolicy } from './policy.js';
import type { StoredPolicy } from './stored-policy.js';

const families = operationNames.map((name) => `${name.slice(0, name.indexOf('.'))}.*`);
const keys: ReadonlySet<string> = new Set(['*', ...families, ...operationNames]);

/** Every mistake in a policy: the path, what was expected there, and what kind of thing was found. */
export function policyProblems(data: unknown): readonly string[] {
  if (!isRecord(data)) return [`policy: expected an object, found ${described(data)}`];
  return Object.entries(data).flatMap(([key, entry]) =>
    keys.has(key)
      ? problemsOfEntry(key, entry)
      : [`policy['${key}']: expected '*', a family like 'files.*' or an operation`],
  );
}

/** Reads a policy out of parsed JSON; the error lists every mistake with its path. */
export function readPolicy(data: unknown): Result<RoutingPolicy, readonly string[]> {
  return isPolicy(data) ? ok(data) : err(policyProblems(data));
}

/** Whether a policy holds no mistake. */
export const isStoredPolicy = (data: unknown): data is StoredPolicy => policyProblems(data).length === 0;

const isPolicy = (data: unknown): data is RoutingPolicy => policyProblems(data).length === 0;

/** Whether an operation may run twice at once: a read that does not stream. */
export const mayRunTwice = (name: OperationName): boolean => {
  const { effect, streams }: Operation = operations[name];
  return effect === 'read' && streams !== true;
};

/** The operations that a key stands for. */
export const namesUnder = (key: string): readonly OperationName[] =>
  operationNames.filter(
    (name) => key === '*' || key === name || (key.endsWith('.*') && name.startsWith(key.slice(0, -1))),
  );

function problemsOfEntry(key: string, entry: unknown): readonly string[] {
  const path = `policy['${key}']`;
  if (!isRecord(entry)) return [`${path}: expected an object, found ${described(entry)}`];
  const misplaced = Object.keys(entry).flatMap((member) => {
    const why = entry[member] === undefined ? undefined : whyMisplaced(key, member);
    return why === undefined ? [] : [{ member, why }];
  });
  const placed = Object.fromEntries(
    Object.entries(entry).filter(([name]) => !misplaced.some(({ member }) => member === name)),
  );
  const members = { ...ofOperation, ...ofReads, reads: { members: ofReads }, ...(key === '*' && ofDoor) };
  return [...misplaced.map(({ member, why }) => `${path}.${member}: ${why}`), ...problemsOf(path, placed, { members })];
}

function whyMisplaced(key: string, member: string): string | undefined {
  if (Object.hasOwn(ofDoor, member) && key !== '*')
    return "expected under '*' only, because it guards a layer or the whole door and not an operation";
  if (member !== 'reads' && !Object.hasOwn(ofReads, member)) return undefined;
  const under = namesUnder(key);
  if (!under.some(mayRunTwice)) return 'expected nothing here, because a write or a stream never runs twice';
  return member === 'reads' || under.every(mayRunTwice)
    ? undefined
    : 'expected under `reads`, because a write or a stream among these never runs twice';
}
