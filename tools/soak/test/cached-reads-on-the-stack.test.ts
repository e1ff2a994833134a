import './allow-node-20-line.js';
import { createSupabaseLayer, sourceFromBytes } from '@hybrid-supabase/adapter-supabase';
import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { createHybrid } from '@hybrid-supabase/routing-policy';
import { installSql, sql, sqlSemantics } from '@hybrid-supabase/sql';

const prepare = [
  installSql,
  `create table public.orders (id int primary key, state text);
   create table public.audit (entry text);
   create table public.customers (id int primary key);
   grant all on public.orders, public.audit, public.customers to service_role;
   create function public.note() returns trigger language plpgsql as
     $body$ begin insert into public.audit values (new.state); return new; end $body$;
   create trigger noted after insert on public.orders for each row execute function public.note();`,
];

let stack: LocalStack;
let requests: string[] = [];
const counted: typeof fetch = (input, init) => {
  requests.push(new URL(input instanceof Request ? input.url : input).pathname);
  return fetch(input, init);
};

beforeAll(async () => {
  stack = (await startLocalStack())._unsafeUnwrap();
  for (const text of prepare) (await stack.query(text))._unsafeUnwrap();
}, 120_000);
afterAll(() => stack.stop());

const open = () => {
  const layer = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey, fetch: counted });
  const policy = { '*': { reads: { cache: { ttlMs: 60_000 } } } } as const;
  return createHybrid({ layers: [layer], semantics: sqlSemantics, policy });
};

/** What a call sends, and what it gives. */
const wireOf = async <T>(call: () => PromiseLike<T>): Promise<{ readonly sent: number; readonly outcome: T }> => {
  requests = [];
  const outcome = await call();
  return { sent: requests.length, outcome };
};

test('a cached read makes no wire call; after a write to its table the next one makes one and sees it', async () => {
  const hybrid = open();
  const count = () => wireOf(() => hybrid.sql.read(sql`select count(*)::int as n from public.orders`));
  const [first, again] = [await count(), await count()];
  expect([first.sent, again.sent]).toEqual([1, 0]);
  const { data } = first.outcome._unsafeUnwrap();
  expect(again.outcome._unsafeUnwrap().data).toEqual(data);
  (await hybrid.sql.write(sql`insert into public.orders values (1, 'new')`))._unsafeUnwrap();
  const fresh = await count();
  expect(fresh.sent).toBe(1);
  expect(fresh.outcome._unsafeUnwrap().data.rows).toEqual([{ n: 1 }]);
  await hybrid.close();
});

test('what a trigger writes is seen too, though no text names its table', async () => {
  const hybrid = open();
  const audit = () => wireOf(() => hybrid.sql.read(sql`select entry from public.audit where entry = ${'sent'}`));
  expect((await audit()).outcome._unsafeUnwrap().data.rows).toEqual([]);
  (await hybrid.sql.write(sql`insert into public.orders values (2, 'sent')`))._unsafeUnwrap();
  const fresh = await audit();
  expect([fresh.sent, fresh.outcome._unsafeUnwrap().data.rows]).toEqual([1, [{ entry: 'sent' }]]);
  await hybrid.close();
});

test('equal reads at the same time are one wire call', async () => {
  const hybrid = open();
  const read = () => hybrid.sql.read(sql`select id from public.customers`);
  const { sent, outcome } = await wireOf(() => Promise.all([read(), read(), read()]));
  expect([sent, outcome.every((one) => one.isOk())]).toEqual([1, true]);
  await hybrid.close();
});

test('an upload drops the listing of its bucket and leaves the buckets alone', async () => {
  const hybrid = open();
  (await hybrid.buckets.create({ id: 'kept' }))._unsafeUnwrap();
  const files = () => wireOf(() => hybrid.files.list({ bucket: 'kept' }));
  const buckets = () => wireOf(() => hybrid.buckets.list());
  await files();
  await buckets();
  expect([(await files()).sent, (await buckets()).sent]).toEqual([0, 0]);
  (
    await hybrid.files.upload({ bucket: 'kept', path: 'a.txt', body: sourceFromBytes(Buffer.from('a')) })
  )._unsafeUnwrap();
  const fresh = await files();
  expect([fresh.sent > 0, (await buckets()).sent]).toEqual([true, 0]);
  expect(fresh.outcome._unsafeUnwrap().data.items.map(({ path }) => path)).toEqual(['a.txt']);
  await hybrid.close();
});
