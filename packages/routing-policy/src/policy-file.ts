import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from 'neverthrow';
import { readPolicy } from './policy-check.js';
import type { RoutingPolicy } from './policy.js';

/** Why a policy file could not be put into force or rewritten; whatever was there before stays. */
export interface PolicyFileProblem {
  readonly code: 'unreadable' | 'not-json' | 'invalid' | 'unwritable' | 'changed-meanwhile';
  /** Every mistake with its path, or what to see to. Never the text of the file. */
  readonly problems: readonly string[];
}

/** Reads a file as text; what it rejects with is never shown, because it holds the path. */
export const readText = (path: string): Promise<string> => readFile(path, 'utf8');

/** Reads a policy file and checks it, without putting it into force. Never rejects. */
export async function readPolicyFile(path: string, read = readText): Promise<Result<RoutingPolicy, PolicyFileProblem>> {
  const text = await read(path).catch(() => undefined);
  return text === undefined ? err(unreadable) : policyIn(text);
}

/** The policy that a text holds. */
export function policyIn(text: string): Result<RoutingPolicy, PolicyFileProblem> {
  return parsed(text).andThen((data) => readPolicy(data).mapErr(invalid));
}

/** What is said of a file that is not there, or not for us. */
export const unreadable: PolicyFileProblem = {
  code: 'unreadable',
  problems: ['The policy file cannot be read: see that it is there and that this process may read it.'],
};

const invalid = (problems: readonly string[]): PolicyFileProblem => ({ code: 'invalid', problems });

function parsed(text: string): Result<unknown, PolicyFileProblem> {
  try {
    // Some editors put a byte order mark in front, which JSON does not allow.
    return ok(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return err({ code: 'not-json', problems: ['The policy file is no JSON: check its commas, quotes and brackets.'] });
  }
}
