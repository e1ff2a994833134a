import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import { createHybrid } from '@hybrid-supabase/routing-policy';
import { sql, sqlSemantics } from '@hybrid-supabase/sql';

const { SUPABASE_URL: url = '', SUPABASE_SERVICE_ROLE_KEY: key = '', SUPABASE_API_URL: apiUrl } = process.env;
const { SUPABASE_ACCESS_TOKEN: accessToken = '', SUPABASE_PROJECT_REF: projectRef = '' } = process.env;
const connect = stdio({ accessToken, projectRef, ...(apiUrl ? { apiUrl } : {}) });

const hybrid = createHybrid({
  layers: [createMcpLayer({ connect, projectRef }), createSupabaseLayer({ url, key })],
  semantics: sqlSemantics,
});
const answer = await hybrid.sql.read(sql`select ${'hello'}::text as word, ${42}::bigint as number`);
answer.match(
  ({ data, layer }) => console.log(layer, data.rows[0]),
  (error) => console.error(error.kind, error.message, error.hint ?? ''),
);
await hybrid.close();
