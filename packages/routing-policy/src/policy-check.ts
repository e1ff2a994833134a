import { operationNames } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { RoutingPolicy } from './policy.js';

interface Expectation {
  readonly expected: string;
  fits(value: unknown): boolean;
}

const isRecord = (value: unknown): value is { readonly [member: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';
const isWhole = (value: unknown): value is number => typeof value === 'number' && Number.isInteger(value) && value >= 1;

const milliseconds: Expectation = {
  expected: 'a number of milliseconds above 0 and at most 2147483647',
  fits: (value) => typeof value === 'number' && value > 0 && value <= 2_147_483_647,
};
const names: Expectation = {
  expected: 'a list of layer names, none twice',
  fits: (value) => Array.isArray(value) && value.every(isName) && new Set(value).size === value.length,
};
const count: Expectation = { expected: 'a whole number, at least 1', fits: isWhole };
const flag: Expectation = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };
const share: Expectation = {
  expected: 'a number above 0 and at most 1',
  fits: (value) => typeof value === 'number' && value > 0 && value <= 1,
};

const ofOperation: { readonly [member: string]: Expectation } = {
  order: names,
  timeoutMs: milliseconds,
  attemptTimeoutMs: milliseconds,
  idleTimeoutMs: milliseconds,
  settleTimeoutMs: milliseconds,
  maxAttempts: count,
  allowRaisedAuthority: flag,
  disabledLayers: names,
};

const ofBreaker: { readonly [member: string]: Expectation } = {
  failureRatio: share,
  minimumCalls: count,
  windowMs: milliseconds,
  pauseMs: milliseconds,
  maxPauseMs: milliseconds,
  probes: count,
};

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

const isPolicy = (data: unknown): data is RoutingPolicy => policyProblems(data).length === 0;

function problemsOfEntry(key: string, entry: unknown): readonly string[] {
  const path = `policy['${key}']`;
  if (!isRecord(entry)) return [`${path}: expected an object, found ${described(entry)}`];
  const { breaker, ...rest } = entry;
  return [...problemsOf(path, rest, ofOperation), ...(breaker === undefined ? [] : problemsOfBreaker(key, breaker))];
}

function problemsOfBreaker(key: string, breaker: unknown): readonly string[] {
  const path = `policy['${key}'].breaker`;
  if (key !== '*') return [`${path}: expected under '*' only, because a breaker guards a layer and not an operation`];
  return isRecord(breaker)
    ? problemsOf(path, breaker, ofBreaker)
    : [`${path}: expected an object, found ${described(breaker)}`];
}

function problemsOf(path: string, entry: object, table: { readonly [member: string]: Expectation }): readonly string[] {
  return Object.entries(entry).flatMap(([member, value]) => {
    if (!Object.hasOwn(table, member))
      return [`${path}.${member}: no such member; expected one of ${Object.keys(table).join(', ')}`];
    const { expected, fits } = table[member]!;
    // What is undefined was left out.
    return value === undefined || fits(value)
      ? []
      : [`${path}.${member}: expected ${expected}, found ${described(value)}`];
  });
}

function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}
