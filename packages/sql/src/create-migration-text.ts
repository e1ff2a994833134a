import { quoteLiteral } from './quote-literal.js';

/** What a migration with a key is made of. */
export interface MigrationTextOptions {
  readonly query: string;
  readonly key: string;
  /** `digestOf([query])`. */
  readonly digest: string;
  readonly attemptId: string;
  readonly statementTimeoutMs: number;
}

/**
 * The migration with the claim of its key before it. It must run in one transaction. When the key was done
 * before, all of it fails with SQLSTATE HB004, which an adapter reports as success. Check the query first,
 * with `checkMigration`; the schema `hybrid` must be installed.
 */
export const createMigrationText = ({
  query,
  key,
  digest,
  attemptId,
  statementTimeoutMs,
}: MigrationTextOptions): string =>
  `set local statement_timeout = ${statementTimeoutMs};
select hybrid.begin_migration(${quoteLiteral(key)}, ${quoteLiteral(digest)}, ${quoteLiteral(attemptId)});
${query}
`;
