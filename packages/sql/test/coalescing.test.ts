import { createCoalescingBackend, createSqlPort, sql, type SqlBackend, type SqlRequest } from '../src/index.js';
import { createCall, functionBackend, openTestDatabase, textBackend, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let text: SqlBackend;
let byFunction: SqlBackend;
beforeAll(async () => {
  database = await openTestDatabase();
  text = textBackend(await database.connect());
  byFunction = functionBackend(await database.connect());
}, 60_000);
afterAll(() => database.close());

/** The port with and without coalescing, and what was sent. */
function createPorts(backend: SqlBackend) {
  const sent: SqlRequest[] = [];
  // One connection takes one transaction at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const counted: SqlBackend = {
    layer: backend.layer,
    send: (request, call) => {
      sent.push(request);
      const answer = turn.then(() => backend.send(request, call));
      turn = answer;
      return answer;
    },
  };
  return { sent, together: createSqlPort(createCoalescingBackend(counted)), alone: createSqlPort(counted) };
}

const statements = [
  sql`select 1`,
  sql`select ${'it\'s \u2028 \\ "q"'}::text as a, ${9223372036854775807n}::int8 as b, 'NaN'::float8 as c`,
  sql`select 1 as a, 2 as a`,
  sql`select from generate_series(1, 3)`,
  sql`select 1.10 as n where false`,
  sql`values (1), (null)`,
  sql`select 'a'::information_schema.sql_identifier as d, 5::information_schema.cardinal_number as n, '{1}'::int8[] as l`,
  sql`with hybrid_rows as (select 7 as read_0) select * from hybrid_rows -- end`,
  sql`select '{"a": [1.10, 9007199254740993]}'::jsonb as doc`,
  sql`select n from generate_series(1, 2000) n order by -n`,
  sql`(select 'x' as c union all select 'y') order by 1 desc;`,
];

describe.each([
  ['text', () => text],
  ['function', () => byFunction],
])('by %s', (_name, backend) => {
  test('many reads at once give exactly what each gives alone, in one request', async () => {
    const { together, alone, sent } = createPorts(backend());
    const expected = [];
    for (const statement of statements) expected.push((await alone.read(statement, createCall()))._unsafeUnwrap());
    sent.length = 0;
    const found = await Promise.all(statements.map((statement) => together.read(statement, createCall())));
    expect(found.map((result) => result._unsafeUnwrap())).toEqual(expected);
    expect(sent).toHaveLength(1);
  });

  test('a read that fails harms no other, and its error is its own', async () => {
    const { together, sent } = createPorts(backend());
    const [first, failed, lying, last] = await Promise.all([
      together.read(sql`select 1 as a`, createCall()),
      together.read(sql`select 1 / 0`, createCall()),
      together.read(sql`select nextval(pg_get_serial_sequence('counted', 'id'))`, createCall()),
      together.read(sql`select 2 as a`, createCall()),
    ]);
    expect([first, last].map((result) => result?._unsafeUnwrap().rows)).toEqual([[{ a: 1 }], [{ a: 2 }]]);
    expect(failed?._unsafeUnwrapErr()).toMatchObject({ sqlState: '22012', kind: 'failed' });
    expect(lying?.isErr()).toBe(true);
    expect(sent).toHaveLength(5);
  });
});

test('a read that is too slow for all is stopped, and then takes its own time alone', async () => {
  const sent: SqlRequest[] = [];
  const [one, other] = [textBackend(await database.connect()), textBackend(await database.connect())];
  const spread: SqlBackend = {
    layer: 'test',
    send: (request, call) => (sent.push(request) % 2 === 0 ? one : other).send(request, call),
  };
  const port = createSqlPort(createCoalescingBackend(spread, { timeoutMs: 100 }));
  const [slow, quick] = await Promise.all([
    port.read(sql`select 'slow' as a from pg_sleep(0.4)`, createCall()),
    port.read(sql`select 'quick' as a`, createCall()),
  ]);
  expect([slow, quick].map((result) => result?._unsafeUnwrap().rows)).toEqual([[{ a: 'slow' }], [{ a: 'quick' }]]);
  expect(sent).toHaveLength(3);
});

test('what a read sets for its transaction is seen by no other read', async () => {
  const { together, sent } = createPorts(text);
  const reads = await Promise.all([
    together.read(sql`select set_config('app.user', 'me', true) as a`, createCall()),
    together.read(sql`select coalesce(current_setting('app.user', true), '') as a`, createCall()),
    together.read(sql`select current_setting('transaction_read_only') as a`, createCall()),
  ]);
  expect(reads.map((result) => result._unsafeUnwrap().rows[0]?.['a'])).toEqual(['me', '', 'on']);
  expect(sent).toHaveLength(2);
});
