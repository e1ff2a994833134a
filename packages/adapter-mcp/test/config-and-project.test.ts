import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, type McpLayerOptions } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { createFakeMcpClient, type FakeAnswers } from './fake-mcp-client.js';
import { fakeProject } from './fake-project.js';
import { textReply } from './wrapped-rows.js';

const open = (answers: FakeAnswers = fakeProject, options: Partial<McpLayerOptions> = {}) => {
  const connect = createFakeMcpClient({ answers });
  return { client: connect, layer: createMcpLayer({ connect, projectRef: 'ref', ...options }) };
};
const names = ({ requests }: { readonly requests: readonly { readonly name: string }[] }) =>
  requests.map(({ name }) => name);

test('a change of every setting needs no look first', async () => {
  const { client, layer } = open();
  const config = { fileSizeLimit: 7, imageTransformation: false, s3Protocol: true };
  expect(answerOf(await layer.ports.config.update(config, createTestCall()))).toEqual(config);
  expect(client.requests.map(({ name, arguments: args }) => [name, args])).toEqual([
    [
      'update_storage_config',
      {
        config: {
          fileSizeLimit: 7,
          features: { imageTransformation: { enabled: false }, s3Protocol: { enabled: true } },
        },
      },
    ],
  ]);
});

test('a change of one setting keeps the others', async () => {
  const { client, layer } = open();
  const changed = answerOf(await layer.ports.config.update({ s3Protocol: true }, createTestCall()));
  expect(changed).toEqual({ fileSizeLimit: 1000, imageTransformation: true, s3Protocol: true });
  expect(names(client)).toEqual(['get_storage_config', 'update_storage_config']);
});

test('a look that fails proves that nothing was changed', async () => {
  const { client, layer } = open(() => ({ content: [{ type: 'text', text: '<html>' }] }));
  const failed = await layer.ports.config.update({ s3Protocol: true }, createTestCall());
  expect(failed._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-reply', effect: 'none' });
  expect(failed._unsafeUnwrapErr().message).toMatch(/change was not sent/);
  expect(names(client)).toEqual(['get_storage_config']);
});

test('a look that ran out of time proves it, too, and does not say that something may still take effect', async () => {
  const { layer } = open(() => new Promise(() => undefined));
  const call = createTestCall();
  const changing = layer.ports.config.update({ s3Protocol: true }, call);
  await new Promise((resolve) => setImmediate(resolve));
  call.expire();
  const error = (await changing)._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'timed-out', effect: 'none' });
  expect(error.message).toMatch(/change was not sent/);
});

test('a change whose own answer is lost is in doubt, although the look before it was not', async () => {
  const { layer } = open((request) =>
    request.name === 'get_storage_config' ? fakeProject(request) : { content: [{ type: 'text', text: '<html>' }] },
  );
  const error = (await layer.ports.config.update({ s3Protocol: true }, createTestCall()))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'invalid-reply', effect: 'unknown' });
});

test.each([-1, 1.5, Number.NaN])('%p is no size of a file, and is not sent', async (fileSizeLimit) => {
  const { client, layer } = open();
  const refused = await layer.ports.config.update({ fileSizeLimit }, createTestCall());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
  expect(names(client)).toEqual([]);
});

test("the address is the option's or the hosted platform's, and never a guess", async () => {
  const { layer } = open();
  expect(layer.lacks['project.url']).toMatch(/`projectUrl`/);
  expect((await layer.ports.project.url({}, createTestCall()))._unsafeUnwrapErr().kind).toBe('unsupported');
  const given = open(fakeProject, { projectUrl: 'http://127.0.0.1:1' }).layer;
  expect(answerOf(await given.ports.project.url({}, createTestCall()))).toEqual({ url: 'http://127.0.0.1:1' });
  const hosted = createMcpLayer({
    connect: { open: () => Promise.reject(new Error('opened')), isHosted: true },
    projectRef: 'ref',
  });
  expect(answerOf(await hosted.ports.project.url({}, createTestCall()))).toEqual({ url: 'https://ref.supabase.co' });
});

test.each([
  ['a time without an offset', { from: '2026-11-22T20:00:00' }],
  ['no time at all', { to: 'yesterday' }],
  ['an end before its start', { from: '2026-11-22T20:00:00Z', to: '2026-11-22T19:00:00Z' }],
  ['over a day', { from: '2026-11-20T20:00:00Z', to: '2026-11-22T19:00:00Z' }],
])('logs of %s are not asked for', async (_what, span) => {
  const { client, layer } = open();
  const refused = await layer.ports.project.logs({ sql: 'select 1', ...span }, createTestCall());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
  expect(names(client)).toEqual([]);
});

test('a dot in the name of a schema or a table tells nothing: the schemas asked for do', async () => {
  const tables = ['public.notes', 'my.schema.a.b'].map((name) => ({ name, rls_enabled: false, columns: null }));
  const { layer } = open(() => textReply({ tables }));
  const found = answerOf(
    await layer.ports.project.tables({ schemas: ['public', 'my.schema', 'my'] }, createTestCall()),
  );
  expect(found.map(({ schema, name }) => [schema, name])).toEqual([
    ['public', 'notes'],
    ['my.schema', 'a.b'],
  ]);
});

test.each(['keys', 'types', 'extensions', 'tables'] as const)(
  'an answer to %s of another form is unreadable',
  async (name) => {
    const { layer } = open(() => textReply({ odd: true }));
    expect((await layer.ports.project[name]({}, createTestCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-reply',
    });
  },
);
