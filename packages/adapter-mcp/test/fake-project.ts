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

const branch = { id: 'b1', name: 'develop', project_ref: 'branchref', is_default: false, status: 'FUNCTIONS_DEPLOYED' };

const toolAnswers: Readonly<Record<string, object>> = {
  list_storage_buckets: { buckets: [{ id: 'photos', name: 'photos', public: false }] },
  list_migrations: { migrations: [{ version: '20261122201500', name: 'first' }] },
  apply_migration: { success: true },
  get_storage_config: {
    fileSizeLimit: 1000,
    features: { imageTransformation: { enabled: true }, s3Protocol: { enabled: false } },
  },
  update_storage_config: { success: true },
  list_branches: { branches: [branch] },
  create_branch: branch,
  delete_branch: { success: true },
  get_publishable_keys: { keys: [{ name: 'anon', type: 'legacy', api_key: 'public-key' }] },
  get_advisors: { result: { lints: [{ name: 'no_policy', count: 1 }] } },
  generate_typescript_types: { types: 'export type Json = string' },
  list_tables: {
    tables: [{ name: 'public.notes', rls_enabled: true, columns: [{ name: 'body', data_type: 'text' }] }],
  },
  list_extensions: { extensions: [{ name: 'pgcrypto', default_version: '1.3', installed_version: null }] },
};

/** Answers as a small project would, without any SQL engine: each statement by what it mentions. */
export const fakeProject: FakeAnswers = ({ name, arguments: args }) => {
  const value = toolAnswers[name];
  if (value !== undefined) return textReply(value);
  if (name === 'query_logs') return wrappedRows({ result: [{ event_message: 'hello' }] });
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
