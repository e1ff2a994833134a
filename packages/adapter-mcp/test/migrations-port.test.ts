import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer } from '../src/index.js';
import { createFakeMcpClient, type FakeMcpClient } from './fake-mcp-client.js';
import { textReply } from './wrapped-rows.js';

const applyOver = (reply: unknown) => {
  const client = createFakeMcpClient({ answers: () => reply });
  const { migrations } = createMcpLayer({ connect: client, projectRef: 'ref' }).ports;
  return { client, apply: migrations.apply };
};
const sentQuery = (client: FakeMcpClient): string => String(client.requests[0]?.arguments['query']);
const migration = { name: 'one', query: 'create table one ()' };
const failed = (message: string): object => ({
  ...textReply({ error: { name: 'Error', message } }),
  isError: true,
});

test("without a key the text is the caller's own", async () => {
  const { client, apply } = applyOver(textReply({ success: true }));
  await apply(migration, createTestCall());
  expect(sentQuery(client)).toBe(migration.query);
});

test('with a key the text claims it and ends with the attempt', async () => {
  const { client, apply } = applyOver(textReply({ success: true }));
  await apply(migration, createTestCall({ idempotencyKey: 'the-key', timeoutMs: Number.POSITIVE_INFINITY }));
  expect(sentQuery(client)).toMatch(/statement_timeout = 2147483647;[^]*'the-key'[^]*create table one \(\)/);
});

test('a key that was done before is a success', async () => {
  const { apply } = applyOver(failed('Failed to run sql query: ERROR:  HB004: already done'));
  const call = createTestCall({ idempotencyKey: 'the-key' });
  expect((await apply(migration, call))._unsafeUnwrap()).toEqual({ name: 'one' });
});

test('only the word of success is one: a request that was declined may not pass for it', async () => {
  const { apply } = applyOver({ content: [], structuredContent: { status: 'declined' } });
  const result = await apply(migration, createTestCall());
  expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-reply', effect: 'unknown' });
});

test('a key whose deadline has passed is not sent', async () => {
  const { client, apply } = applyOver(textReply({ success: true }));
  const result = await apply(migration, createTestCall({ idempotencyKey: 'the-key', timeoutMs: -1 }));
  expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'none' });
  expect(client.requests).toHaveLength(0);
});

test('a state of the key in a migration without a key is its own failure, and no success', async () => {
  const { apply } = applyOver(failed('Failed to run sql query: ERROR:  HB004: already done'));
  expect((await apply(migration, createTestCall()))._unsafeUnwrapErr()).toMatchObject({ sqlState: 'HB004' });
});

const brokenBy = (sqlState: string, message: string) =>
  applyOver(failed(`Failed to run sql query: ERROR:  ${sqlState}: ${message}`)).apply;

test('a SQL error proves that a migration was undone', async () => {
  const error = (
    await brokenBy('42P07', 'relation "one" already exists')(migration, createTestCall())
  )._unsafeUnwrapErr();
  expect(error).toMatchObject({ sqlState: '42P07', effect: 'none' });
});

test.each([
  "do $$ begin insert into one values (1); commit; raise exception 'late'; end $$",
  'call fill_in_batches()',
])('not one that may commit before it fails: %s', async (query) => {
  const apply = brokenBy('23505', 'duplicate key value violates unique constraint "i"');
  const alone = await apply({ name: 'one', query }, createTestCall());
  expect(alone._unsafeUnwrapErr()).toMatchObject({ sqlState: '23505', effect: 'unknown' });
  const keyed = await apply({ name: 'one', query }, createTestCall({ idempotencyKey: 'k' }));
  expect(keyed._unsafeUnwrapErr()).toMatchObject({ sqlState: '23505', effect: 'none' });
});

test('a failure of the history itself proves nothing of the migration', async () => {
  const apply = brokenBy('23505', 'duplicate key value violates unique constraint "schema_migrations_pkey"');
  expect((await apply(migration, createTestCall()))._unsafeUnwrapErr()).toMatchObject({ effect: 'unknown' });
});
