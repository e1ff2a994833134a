import type { Statement } from '@hybrid-supabase/core';
import { sql } from './sql.js';

/** The statement that drops a policy of storage.objects. The name must not be empty. */
export const policyDrop = (name: string): Statement => sql`drop policy ${sql.identifier(name)} on storage.objects`;
