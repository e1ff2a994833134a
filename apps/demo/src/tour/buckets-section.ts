import type { TourContext } from './tour-context.js';

const fileSizeLimit = 50_000_000;

/** (b) A bucket with a size limit, the list of buckets, a policy. */
export const bucketsSection = async ({ hybrid, journal, names }: TourContext): Promise<void> => {
  journal.section('A bucket and its policy');
  await journal.must(
    {
      operation: 'buckets.create',
      about: names.bucket,
      say: (bucket) => `private, at most ${bucket.fileSizeLimit ?? '∞'} bytes a file`,
    },
    () => hybrid.buckets.create({ id: names.bucket, public: false, fileSizeLimit }),
  );
  const buckets = await journal.must(
    { operation: 'buckets.list', about: 'all', say: (all) => all.map(({ id }) => id).join(', ') },
    () => hybrid.buckets.list(),
  );
  const made = buckets?.find(({ id }) => id === names.bucket);
  journal.check(
    'the bucket is listed with its limit',
    made?.fileSizeLimit === fileSizeLimit,
    `${made?.id ?? 'absent'}, ${made?.fileSizeLimit ?? '-'} bytes`,
  );
  await journal.must(
    { operation: 'policies.create', about: 'authenticated users may read', say: ({ name }) => name },
    () =>
      hybrid.policies.create({ bucket: names.bucket, name: names.policy, command: 'select', roles: ['authenticated'] }),
  );
  const policies = await journal.must(
    { operation: 'policies.list', about: `of ${names.bucket}`, say: (all) => `${all.length}` },
    () => hybrid.policies.list({ bucket: names.bucket }),
  );
  journal.check('the policy is there', policies?.some(({ name }) => name === names.policy) === true, names.policy);
};
