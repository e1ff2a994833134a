/** A process of a user: a door with two layers and a watched policy. Tells its parent which layer serves. */
import { createHybrid, watchPolicyFile } from '@hybrid-supabase/routing-policy';
import { ok } from 'neverthrow';

const [file] = process.argv.slice(2);
let release = () => undefined;
const released = new Promise((resolve) => (release = resolve));

const layer = (name) => ({
  contract: 1,
  name,
  authority: { role: 'service_role', readOnly: false },
  sharedFate: [name],
  ports: {
    buckets: {
      list: async ({ search }) => {
        if (search === 'slow') await released;
        return ok([]);
      },
    },
  },
  lacks: {},
  probe: async () => ok(undefined),
  close: async () => undefined,
});

const hybrid = createHybrid({ layers: [layer('legacy'), layer('next')] });
const watch = (await watchPolicyFile(file, hybrid))._unsafeUnwrap();
const servedBy = async (input) =>
  (await hybrid.buckets.list(input)).match(
    ({ layer }) => layer,
    ({ kind }) => kind,
  );

const slow = servedBy({ search: 'slow' });
let last;
let calls = 0;
const probe = setInterval(async () => {
  calls += 1;
  const serving = await servedBy({});
  if (serving !== last) process.send({ serving, atMs: Date.now() });
  last = serving;
}, 5);

process.on('message', async () => {
  release();
  process.send({ slow: await slow, calls });
});
process.once('disconnect', async () => {
  clearInterval(probe);
  watch.close();
  await hybrid.close();
});
