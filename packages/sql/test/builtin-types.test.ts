import { builtinTypeName } from '../src/builtin-types.js';
import { openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

test('the built-in types are those of a real catalogue, by their own names, and no domains', async () => {
  const client = await database.connect();
  const { rows } = await client.query<{ number: number; name: string; isDomain: boolean }>(
    `select oid::int4 as number, format_type(oid, null) as name, typtype = 'd' as "isDomain" from pg_type where oid < 8192`,
  );
  expect(rows.length).toBeGreaterThan(190);
  expect(rows.map(({ number }) => [number, builtinTypeName(number), false])).toEqual(
    rows.map(({ number, name, isDomain }) => [number, name, isDomain]),
  );
});

test('no other number has a name', async () => {
  const client = await database.connect();
  const { rows } = await client.query<{ number: number }>('select oid::int4 as number from pg_type where oid < 8192');
  const known = Array.from({ length: 20_000 }, (_, number) => number).filter((number) => builtinTypeName(number));
  expect(known).toEqual(rows.map(({ number }) => number).sort((one, other) => one - other));
});
