import type { DatabaseLogins } from '../bootstrap/prepare-database.js';

/** The name of a branch's database on the server of its parent. */
export const branchDatabaseName = (projectRef: string): string => `hybrid_branch_${projectRef}`;

/** The parent's logins, led to another database of its server. */
export function branchLogins(logins: DatabaseLogins, projectRef: string): DatabaseLogins {
  const leadTo = (login: string): string => {
    const url = new URL(login);
    url.pathname = `/${branchDatabaseName(projectRef)}`;
    return url.href;
  };
  return {
    superuser: leadTo(logins.superuser),
    authenticator: leadTo(logins.authenticator),
    postgres: leadTo(logins.postgres),
    readOnly: leadTo(logins.readOnly),
  };
}
