import type { Layer } from '@hybrid-supabase/core';

/** What the layer cannot do, by operation, and why. */
export type Lacks = Layer['lacks'];

const bytesStay =
  'Through SQL the rows of the objects would go and their bytes would stay; a layer over the Storage API can do it.';
const readOnlySession = 'The session is read-only.';

const always: Lacks = { 'buckets.empty': bytesStay, 'buckets.delete': bytesStay };

const whenReadOnly: Lacks = {
  'sql.write': readOnlySession,
  'sql.batch': readOnlySession,
  'sql.settle': readOnlySession,
  'migrations.apply': readOnlySession,
  'buckets.create': readOnlySession,
  'buckets.update': readOnlySession,
  'policies.create': readOnlySession,
  'policies.drop': readOnlySession,
};

/** The gaps of a session. */
export const lacksOf = (readOnly: boolean): Lacks => (readOnly ? { ...always, ...whenReadOnly } : always);
