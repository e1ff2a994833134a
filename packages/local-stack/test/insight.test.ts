import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ts from 'typescript';
import type { LocalStack } from '../src/index.js';
import { manage, query, start } from './stack-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(60_000);

let stack: LocalStack;

const schema = `
  create type mood as enum ('glad', 'it''s "odd"');
  create table people (
    id bigint generated always as identity primary key, name text not null, born date, mood mood not null default 'glad',
    tags text[] not null, twice numeric generated always as (1) stored, "a-b" jsonb);
  create table pets (id uuid primary key default gen_random_uuid(), owner bigint not null references people (id), code int unique);
  create view names as select name from people;
  create table keyless (note text);
  alter table people enable row level security;
  create policy everybody on pets for select using (true);
`;

beforeAll(async () => {
  stack = await start();
  await query(stack, schema);
}, 60_000);
afterAll(() => stack?.stop());

const get = (path: string) => manage(stack, 'GET', path);

/** What the compiler says of a program that uses the types. */
async function complaints(types: string, program: string): Promise<readonly string[]> {
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-types-'));
  try {
    await writeFile(join(folder, 'types.ts'), types);
    await writeFile(join(folder, 'program.ts'), `import type { Database } from './types';\n${program}`);
    const options = {
      strict: true,
      noEmit: true,
      types: [],
      lib: ['lib.es5.d.ts'],
      skipLibCheck: true,
      exactOptionalPropertyTypes: true,
    };
    const compiled = ts.createProgram([join(folder, 'program.ts')], options);
    return ts
      .getPreEmitDiagnostics(compiled)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, ' '));
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('the types are those of the tables, for reading and for writing', async () => {
  const { types } = Object((await get('/types/typescript')).body);
  const program = `
    type Tables = Database['public']['Tables'];
    export const row: Tables['people']['Row'] =
      { id: 1, name: 'n', born: null, mood: 'it\\'s "odd"', tags: ['t'], twice: null, 'a-b': { deep: [1, null] } };
    export const least: Tables['people']['Insert'] = { name: 'n', tags: [] };
    export const pet: Tables['pets']['Insert'] = { owner: 1 };
    export const change: Tables['people']['Update'] = { born: '2000-01-01' };
    export const seen: Database['public']['Views']['names']['Row'] = { name: null };
    // @ts-expect-error the database makes it
    export const own: Tables['people']['Insert'] = { id: 1, name: 'n', tags: [] };
    // @ts-expect-error no default
    export const less: Tables['people']['Insert'] = { name: 'n' };
    // @ts-expect-error not one of the labels
    export const sad: Tables['people']['Update'] = { mood: 'sad' };
    export const link: 'people' = null! as Tables['pets']['Relationships'][0]['referencedRelation'];`;
  expect(await complaints(String(types), program)).toEqual([]);
}, 60_000);

test('a schema without tables has types, too, and others only when they are named', async () => {
  await query(stack, 'create schema bare');
  expect(Object((await get('/types/typescript?included_schemas=bare')).body).types).toContain('bare: {');
  expect(Object((await get('/types/typescript')).body).types).not.toContain('bare: {');
});

const findings = async (type: string): Promise<readonly unknown[]> => {
  const { lints } = Object((await get(`/advisors/${type}`)).body);
  return Array.isArray(lints) ? lints.map(({ name, metadata, level }) => [name, metadata.name, level]) : [];
};

test('the advice on security names each table with its fault', async () => {
  expect(await findings('security')).toEqual([
    ['rls_disabled_in_public', 'keyless', 'ERROR'],
    ['policy_exists_rls_disabled', 'pets', 'ERROR'],
    ['rls_enabled_no_policy', 'people', 'INFO'],
  ]);
  await query(stack, 'alter table keyless enable row level security; alter table pets enable row level security');
  expect(await findings('security')).not.toContainEqual(expect.arrayContaining(['pets']));
});

test('the advice on performance names missing keys and indexes until they are there', async () => {
  expect(await findings('performance')).toEqual([
    ['no_primary_key', 'keyless', 'INFO'],
    ['unindexed_foreign_keys', 'pets', 'INFO'],
  ]);
  await query(stack, 'create index on pets (owner, id); alter table keyless add primary key (note)');
  expect(await findings('performance')).toEqual([]);
});

test('the logs are empty, and a question without SQL is none', async () => {
  expect(await get(`/analytics/endpoints/logs?sql=${encodeURIComponent('select 1')}`)).toEqual({
    status: 200,
    body: { result: [] },
  });
  expect((await get('/analytics/endpoints/logs')).status).toBe(400);
});
