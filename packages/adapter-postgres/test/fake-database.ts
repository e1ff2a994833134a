import type { FakeAnswers } from './fake-pool.js';

interface Answer {
  readonly when: RegExp;
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly object[];
}

const policyColumns = { name: 'text', command: 'text', roles: 'text[]', qual: 'text', with_check: 'text' };
const migration = { version: '20261122201500', name: 'first' };

const answers: readonly Answer[] = [
  { when: /^insert into supabase_migrations/m, columns: {}, rows: [] },
  { when: /schema_migrations/, columns: { version: 'text', name: 'text' }, rows: [migration] },
  { when: /pg_polic/, columns: policyColumns, rows: [] },
  { when: /select 1 as one/, columns: { one: 'integer' }, rows: [{ one: 1 }] },
];

/** Answers as a small database would, without any SQL engine: each text by what it mentions. */
export const fakeDatabase: FakeAnswers = (text) => {
  if (text.includes("'ready'")) return [settings, { rows: [{ hybrid: 'ready' }] }];
  return [settings, { rows: [{ hybrid: encoded(text) }] }];
};

const settings = { rows: [] };

// As packages/sql has the answer made: base64 of the JSON text of a list of results.
const encoded = (text: string): string => Buffer.from(JSON.stringify([resultOf(text)])).toString('base64');

const resultOf = (text: string): object => {
  const answer = answers.find(({ when }) => when.test(text));
  if (answer === undefined) return { count: 1 };
  const names = Object.fromEntries(Object.keys(answer.columns).map((name) => [name, null]));
  return { names, types: Object.values(answer.columns).map((type) => [type, type]), rows: answer.rows };
};
