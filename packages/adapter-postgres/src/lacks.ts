import type { Layer } from '@hybrid-supabase/core';

/** What the layer cannot do, by operation, and why. */
export type Lacks = Layer['lacks'];

const readOnlyLayer = 'The layer is read-only.';

const whenReadOnly: Lacks = {
  'sql.write': readOnlyLayer,
  'sql.batch': readOnlyLayer,
  'sql.settle': readOnlyLayer,
  'migrations.apply': readOnlyLayer,
  'policies.create': readOnlyLayer,
  'policies.drop': readOnlyLayer,
};

/** The gaps of a layer. */
export const lacksOf = (readOnly: boolean): Lacks => (readOnly ? whenReadOnly : {});
