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
