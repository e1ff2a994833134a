import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { Keys } from '../directory/keys.js';

/** A branch's state in the platform's words. */
export type BranchStatus = BranchRecord['status'];

const migration = z.object({
  version: z.string(),
  name: z.string().nullable(),
  statements: z.array(z.string()).nullable(),
});
/** A migration as the history of a database tells of it. */
export type Migration = z.infer<typeof migration>;

const branchRun = z.object({
  /** Whether the database is made anew first. */
  rebuild: z.boolean(),
  /** Those that the database lacks are applied, in this order. */
  migrations: z.array(migration),
});
/** Work on a branch's database that was asked for: all that create, reset, rebase and merge do. */
export type BranchRun = z.infer<typeof branchRun>;

/** What is kept of a branch, so that it outlives the process. */
export const branchRecord = z.object({
  id: z.uuid(),
  name: z.string(),
  isDefault: z.boolean(),
  status: z.enum([
    'CREATING_PROJECT',
    'RUNNING_MIGRATIONS',
    'MIGRATIONS_PASSED',
    'MIGRATIONS_FAILED',
    'FUNCTIONS_DEPLOYED',
  ]),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
  keys: z.object({
    projectRef: z.string(),
    jwtSecret: z.string(),
    anonKey: z.string(),
    serviceRoleKey: z.string(),
  }),
  /** Asked for and not ended; the first may have begun. */
  queued: z.array(branchRun),
  /** Its database may still be there. */
  deleted: z.boolean(),
});
/** One branch, the default one included. */
export type BranchRecord = z.infer<typeof branchRecord>;

/** A branch that was made just now. */
export function newRecord(
  name: string,
  { projectRef, jwtSecret, anonKey, serviceRoleKey }: Keys,
  isDefault: boolean,
): BranchRecord {
  const now = new Date().toISOString();
  return {
    id: randomUUID(),
    name,
    isDefault,
    status: 'FUNCTIONS_DEPLOYED',
    createdAt: now,
    updatedAt: now,
    keys: { projectRef, jwtSecret, anonKey, serviceRoleKey },
    queued: [],
    deleted: false,
  };
}
