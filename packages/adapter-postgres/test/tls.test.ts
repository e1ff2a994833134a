import { randomUUID } from 'node:crypto';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createPostgresLayer, type ConnectionOptions } from '../src/index.js';
import { createCertificate } from './create-certificate.js';
import { startDatabase, type TestDatabase } from './start-database.js';
import { startTlsFront, type TlsFront } from './start-tls-front.js';
import { until } from './until.js';

const certificate = createCertificate();
let database: TestDatabase;
let front: TlsFront;
beforeAll(async () => {
  database = await startDatabase();
  front = await startTlsFront(database.target, certificate);
});
afterAll(async () => {
  await front.close();
  await database.stack.stop();
});

const url = (host = '127.0.0.1', parameters = ''): string =>
  database.urlAt(front.port).replace('127.0.0.1', host) + parameters;
const read = async (connectionString: string, ssl: ConnectionOptions['ssl'], text = 'select 1 as one') => {
  const layer = createPostgresLayer({ connectionString, ...(ssl !== undefined && { ssl }), maxReplyBytes: 100_000 });
  const result = await layer.ports.sql.read({ text, values: [] }, createTestCall());
  await layer.close();
  return result;
};

test.each<[string, () => string, ConnectionOptions['ssl']]>([
  ['a certificate that its authority vouches for', () => url(), { ca: certificate.cert }],
  ['any certificate, where nobody is to look', () => url(), { rejectUnauthorized: false }],
  ['what the connection string says, where no option does', () => url('127.0.0.1', '?sslmode=no-verify'), undefined],
])('goes over TLS with %s', async (_what, connectionString, ssl) => {
  const before = front.secured();
  expect((await read(connectionString(), ssl))._unsafeUnwrap().rows).toEqual([{ one: 1 }]);
  expect(front.secured()).toBe(before + 1);
});

test.each<[string, () => string, ConnectionOptions['ssl']]>([
  ['nobody vouches for', () => url(), true],
  ['nobody vouches for, whatever the connection string says', () => url('127.0.0.1', '?sslmode=no-verify'), true],
  ['another one vouches for', () => url(), { ca: createCertificate().cert }],
  ['is for another host', () => url('localhost'), { ca: certificate.cert }],
])('sends nothing to a server whose certificate %s', async (_what, connectionString, ssl) => {
  expect((await read(connectionString(), ssl))._unsafeUnwrapErr()).toMatchObject({
    kind: 'unavailable',
    effect: 'none',
    code: 'tls-untrusted',
  });
});

test('an answer that is too large is refused before it arrives', async () => {
  const error = (await read(url(), { ca: certificate.cert }, `select repeat('x', 1000000) as x`))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'invalid-reply', code: 'result-too-large' });
});

test('a statement that is given up ends on the server', async () => {
  const layer = createPostgresLayer({ connectionString: url(), ssl: { ca: certificate.cert } });
  const mark = `mark-${randomUUID()}`;
  const running = async (): Promise<number> => {
    const active = `select count(*) from pg_stat_activity where state = 'active' and query like '%${mark}%' and pid <> pg_backend_pid()`;
    return Number((await database.query(active))[0]?.['count']);
  };
  const call = createTestCall();
  const answer = layer.ports.sql.read({ text: `select pg_sleep(60), '${mark}' as mark`, values: [] }, call);
  await until(async () => (await running()) === 1);
  call.abort();
  expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
  await until(async () => (await running()) === 0);
  await layer.close();
  expect(await running()).toBe(0);
});
