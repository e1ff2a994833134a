/** The roles of a hosted project, with what each may do. `postgres` is no superuser there either. */
const roles: readonly (readonly [name: string, attributes: string])[] = [
  ['anon', 'nologin noinherit'],
  ['authenticated', 'nologin noinherit'],
  ['service_role', 'nologin noinherit bypassrls'],
  ['authenticator', 'login noinherit'],
  ['supabase_storage_admin', 'nologin noinherit createrole'],
  ['supabase_read_only_user', 'login bypassrls'],
  ['postgres', 'login createrole createdb replication bypassrls'],
];

const createRole = ([name, attributes]: (typeof roles)[number]): string => `
do $role$ begin
  if not exists (select from pg_catalog.pg_roles where rolname = '${name}') then
    create role ${name} ${attributes};
  end if;
end $role$;`;

/** Roles are shared by all databases of a server, so each is made only where it is missing. */
export const rolesSql = `
${roles.map(createRole).join('')}

grant anon, authenticated, service_role to authenticator;
do $grants$ begin
  if not (select rolsuper from pg_catalog.pg_roles where rolname = 'postgres') then
    grant anon, authenticated, service_role, authenticator to postgres with admin option;
    grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
    -- The storage tables belong to a role of their own; membership lets postgres write policies on them.
    grant supabase_storage_admin to postgres;
  end if;
end $grants$;
grant pg_monitor, pg_read_all_data to supabase_read_only_user;

alter role supabase_read_only_user set default_transaction_read_only = on;
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role authenticator set statement_timeout = '8s';
`;
