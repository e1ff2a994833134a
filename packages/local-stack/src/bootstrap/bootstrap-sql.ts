import { authSchemaSql } from './auth-schema.js';
import { publicSchemaSql } from './public-schema.js';
import { rolesSql } from './roles.js';
import { storageFunctionsSql, storageRightsSql, storageTablesSql, storageTriggersSql } from './storage-schema.js';

/** What our own `storage` schema says of itself, so that another's is never touched. */
export const schemaMark = 'Made by @hybrid-supabase/local-stack, schema 1.';

/** Everything a bare database lacks to be a Supabase project's, on a server that has the roles. Run once, in one transaction. */
export const databaseSql = [
  publicSchemaSql,
  authSchemaSql,
  storageTablesSql,
  storageFunctionsSql,
  storageTriggersSql,
  storageRightsSql,
  `comment on schema storage is '${schemaMark}';`,
].join('\n');

/** {@link databaseSql} for a server that nobody prepared yet. */
export const bootstrapSql = `${rolesSql}\n${databaseSql}`;
