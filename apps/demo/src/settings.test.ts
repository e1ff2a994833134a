import { readSettings, variables, type Variable } from './settings.js';

const complete: Record<Variable, string> = {
  SUPABASE_URL: 'https://abcdefghijklmnopqrst.supabase.co',
  SUPABASE_SERVICE_ROLE_KEY: 'service-secret',
  SUPABASE_ACCESS_TOKEN: 'sbp_secret',
  SUPABASE_PROJECT_REF: 'abcdefghijklmnopqrst',
  SUPABASE_DB_URL: 'postgresql://postgres:database-secret@db.example.org:5432/postgres',
};
const [U, K, T, R, D] = variables;

/** All 16 subsets: what is set, which layers are there, which variables each absent layer misses. */
const subsets: readonly (readonly [
  set: readonly Variable[],
  layers: string,
  mcp: readonly Variable[],
  supabase: readonly Variable[],
])[] = [
  [[], '', [T, R], [U, K]],
  [[U], '', [T, R], [K]],
  [[K], '', [T, R], [U]],
  [[T], '', [R], [U, K]],
  [[R], '', [T], [U, K]],
  [[U, K], 'supabase', [T, R], []],
  [[U, T], '', [R], [K]],
  [[U, R], '', [T], [K]],
  [[K, T], '', [R], [U]],
  [[K, R], '', [T], [U]],
  [[T, R], 'mcp', [], [U, K]],
  [[U, K, T], 'supabase', [R], []],
  [[U, K, R], 'supabase', [T], []],
  [[U, T, R], 'mcp', [], [K]],
  [[K, T, R], 'mcp', [], [U]],
  [[U, K, T, R], 'mcp,supabase', [], []],
];

test('the table covers every subset once', () => {
  expect(
    new Set(subsets.map(([set]) => variables.filter((name) => name !== D && set.includes(name)).join())).size,
  ).toBe(16);
});

test.each(subsets)('with %j set: layers "%s"; mcp misses %j, supabase misses %j', (set, layers, mcp, supabase) => {
  const result = readSettings(Object.fromEntries(set.map((name) => [name, complete[name]])));
  if (layers === '') {
    const error = result._unsafeUnwrapErr();
    expect(error.kind).toBe('no-layer');
    for (const name of [...mcp, ...supabase]) expect(error.message).toContain(name);
    for (const name of set) expect(error.message).not.toContain(name);
    expect(error.message).toContain(D);
    return;
  }
  const settings = result._unsafeUnwrap();
  expect([settings.mcp && 'mcp', settings.supabase && 'supabase'].filter(Boolean).join()).toBe(layers);
  expect(settings.missing.mcp ?? []).toEqual(mcp);
  expect(settings.missing.supabase ?? []).toEqual(supabase);
});

test.each([
  ['SUPABASE_URL', 'not an address'],
  ['SUPABASE_URL', 'ftp://example.org'],
  ['SUPABASE_SERVICE_ROLE_KEY', 'two words'],
  ['SUPABASE_ACCESS_TOKEN', 'line\nbreak'],
  ['SUPABASE_PROJECT_REF', 'https://abc.supabase.co'],
  ['SUPABASE_API_URL', 'api'],
  ['SUPABASE_DB_URL', 'mysql://root@localhost/db'],
] as const)('a wrong %s names the variable and never repeats the value', (name, value) => {
  const error = readSettings({ ...complete, [name]: value })._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'invalid-variable' });
  expect(error.message).toContain(name);
  expect(JSON.stringify(error)).not.toContain(value);
});

test('a connection string alone is a layer, beside whatever else is there', () => {
  expect(readSettings({ SUPABASE_DB_URL: complete.SUPABASE_DB_URL })._unsafeUnwrap()).toMatchObject({
    postgres: {},
    missing: { mcp: [T, R], supabase: [U, K] },
  });
  expect(readSettings(complete)._unsafeUnwrap().missing).toEqual({});
});

test('a variable that is set to nothing counts as missing', () => {
  expect(readSettings({ ...complete, SUPABASE_URL: ' ' })._unsafeUnwrap().missing).toEqual({
    supabase: ['SUPABASE_URL'],
  });
});
