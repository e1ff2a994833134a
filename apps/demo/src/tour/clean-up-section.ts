import type { TourContext } from './tour-context.js';

/** Removes what the tour made; the installed schema stays. */
export const cleanUpSection = async ({ hybrid, journal, names }: TourContext): Promise<void> => {
  journal.section('Everything is put back');
  await journal.must({ operation: 'policies.drop', about: names.policy }, () =>
    hybrid.policies.drop({ name: names.policy }),
  );
  await journal.must({ operation: 'buckets.empty', about: names.bucket }, () =>
    hybrid.buckets.empty({ id: names.bucket }),
  );
  await journal.must({ operation: 'buckets.delete', about: names.bucket }, () =>
    hybrid.buckets.delete({ id: names.bucket }),
  );
  await journal.must({ operation: 'migrations.apply', about: 'the tables are dropped' }, () =>
    hybrid.migrations.apply(
      {
        name: `${names.migration}_clean_up`,
        query: `drop table public.${names.filesTable}; drop table public.${names.insertsTable};`,
      },
      { idempotencyKey: `${names.key}-clean-up` },
    ),
  );
};
