import type { FakeAnswers } from './fake-mcp-client.js';
import { textReply, wrappedRows } from './wrapped-rows.js';

interface Answer {
  readonly when: RegExp;
  readonly columns: Readonly<Record<string, string>>;
  readonly rows: readonly object[];
}

const bucket = {
  id: 'photos',
  public: false,
  file_size_limit: 1024,
  allowed_mime_types: ['image/png'],
  created_at: '2026-11-22T20:15:00.000Z',
};
const bucketColumns = {
  id: 'text',
  public: 'boolean',
  file_size_limit: 'bigint',
  allowed_mime_types: 'text[]',
  created_at: 'text',
};

const sqlAnswers: readonly Answer[] = [
  { when: /storage\.buckets/, columns: bucketColumns, rows: [bucket] },
  { when: /pg_polic/, columns: policyColumns(), rows: [] },
  { when: /select 1 as one/, columns: { one: 'integer' }, rows: [{ one: 1 }] },
];

/** Answers as a small project would, without any SQL engine: each statement by what it mentions. */
export const fakeProject: FakeAnswers = ({ name, arguments: args }) => {
  if (name === 'list_storage_buckets') return textReply({ buckets: [{ id: 'photos', name: 'photos', public: false }] });
  if (name === 'list_migrations') return textReply({ migrations: [{ version: '20261122201500', name: 'first' }] });
  if (name === 'apply_migration') return textReply({ success: true });
  return wrappedRows([{ hybrid: encoded(String(args['query'])) }]);
};

// As packages/sql has the answer made: base64 of the JSON text of a list of results.
const encoded = (query: string): string => Buffer.from(JSON.stringify([resultOf(query)])).toString('base64');

const resultOf = (query: string): object => {
  const answer = sqlAnswers.find(({ when }) => when.test(query));
  if (answer === undefined) return { count: 1 };
  const names = Object.fromEntries(Object.keys(answer.columns).map((name) => [name, null]));
  return { names, types: Object.values(answer.columns).map((type) => [type, type]), rows: answer.rows };
};

function policyColumns() {
  return { name: 'text', command: 'text', roles: 'text[]', using: 'text', with_check: 'text' };
}
