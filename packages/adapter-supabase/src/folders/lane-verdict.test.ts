import type { ErrorKind, HybridError, Served, TrailEntry } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { verdictOf } from './lane-verdict.js';

const tried = (layer: string, kind: ErrorKind): TrailEntry => ({ layer, did: 'failed', ms: 1, attempt: 1, kind });
const served = (...trail: readonly TrailEntry[]): Served<string> => ({
  ...{ data: 'x', layer: 'supabase' },
  trail: [...trail, { layer: 'supabase', did: 'served', ms: 1 }],
});
const failed = (kind: ErrorKind, ...trail: readonly TrailEntry[]): HybridError => ({
  ...{ kind, operation: 'files.upload', effect: 'none', message: 'x', layer: 'supabase', trail },
});

test.each<[string, Parameters<typeof verdictOf>[0], string]>([
  ['an answer at once', ok(served()), 'done'],
  ['an answer after the same layer pushed back', ok(served(tried('supabase', 'rate-limited'))), 'pushed-back'],
  ['an answer after another kind of failure', ok(served(tried('supabase', 'interrupted'))), 'done'],
  ['an answer after another layer was down', ok(served(tried('other', 'unavailable'))), 'done'],
  ['push-back to the end', err(failed('rate-limited')), 'pushed-back'],
  ['a failure after push-back', err(failed('denied', tried('supabase', 'timed-out'))), 'pushed-back'],
  ['a failure of its own', err(failed('denied')), 'done'],
])('%s', (_what, result, verdict) => {
  expect(verdictOf(result)).toBe(verdict);
});
