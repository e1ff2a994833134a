import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { installSql } from '@hybrid-supabase/sql';
import pg from 'pg';

/** A local project with the schema `hybrid` installed and a table `samples` without any unique constraint. */
export const startProject = async (): Promise<LocalStack> => {
  const stack = (await startLocalStack())._unsafeUnwrap();
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  await database.query(installSql);
  await database.query('create table public.samples (n int); grant all on public.samples to service_role');
  await database.end();
  return stack;
};
