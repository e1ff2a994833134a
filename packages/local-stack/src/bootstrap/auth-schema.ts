/** Who asks, as SQL sees it. A claim that was local to an earlier transaction reads as '' and not as null. */
export const authSchemaSql = `
create schema auth;
grant usage on schema auth to anon, authenticated, service_role, postgres;

create function auth.jwt() returns jsonb language sql stable as $$
  select nullif(current_setting('request.jwt.claims', true), '')::jsonb
$$;
create function auth.uid() returns uuid language sql stable as $$
  select nullif(auth.jwt() ->> 'sub', '')::uuid
$$;
create function auth.role() returns text language sql stable as $$
  select auth.jwt() ->> 'role'
$$;
create function auth.email() returns text language sql stable as $$
  select auth.jwt() ->> 'email'
$$;
`;
