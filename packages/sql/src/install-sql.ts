import { tooLargeSign } from './limited-text.js';

/** Rises with every change of {@link installSql}; an installed schema carries it in its comment. */
export const installVersion = 4;

const errors = {
  fenced: 'HB001',
  keyReused: 'HB002',
  resultTooLarge: 'HB003',
  alreadyDone: 'HB004',
} as const;

/** Largest recorded result, characters. A larger one fails its whole transaction, so that a settlement can always give the result. */
export const maxResultCharacters = 1_048_576;

/**
 * The schema `hybrid` (ledger, run, settle) and the door `public.hybrid_run`, as one text that may run any
 * number of times. Everything works with the caller's own rights; only service_role and the owner get in. Where the
 * caller's search path must stand, for the statements, all else is named in full: `->>` alone could be anybody's.
 */
export const installSql = `create schema if not exists hybrid;

create table if not exists hybrid.ledger (
  key text primary key,
  digest text not null,
  state text not null check (state in ('open', 'done')),
  fenced text[] not null default '{}',
  result text,
  created_at timestamptz not null default now()
);
alter table hybrid.ledger enable row level security;

create or replace function hybrid.claim(the_key text, the_digest text, the_attempt text) returns text
language plpgsql security invoker set search_path = pg_catalog, pg_temp as $body$
declare
  entry hybrid.ledger;
begin
  loop
    insert into hybrid.ledger (key, digest, state) values (the_key, the_digest, 'done') on conflict (key) do nothing;
    if found then return null; end if;
    select * into entry from hybrid.ledger as l where l.key = the_key for update;
    exit when found;
  end loop;
  if entry.digest <> the_digest then
    raise exception using errcode = '${errors.keyReused}', message = 'the key was used with other statements';
  end if;
  if entry.state = 'done' then return entry.result; end if;
  if the_attempt = any (entry.fenced) then
    raise exception using errcode = '${errors.fenced}', message = 'the attempt is fenced';
  end if;
  update hybrid.ledger as l set state = 'done' where l.key = the_key;
  return null;
end
$body$;

create or replace function hybrid.record(the_key text, the_result text) returns void
language plpgsql security invoker set search_path = pg_catalog, pg_temp as $body$
begin
  if length(the_result) > ${maxResultCharacters} then
    raise exception using errcode = '${errors.resultTooLarge}', message = 'the result is too large to be recorded';
  end if;
  update hybrid.ledger as l set result = the_result where l.key = the_key;
end
$body$;

create or replace function hybrid.execute(statements jsonb) returns text
language plpgsql security invoker as $body$
declare
  statement jsonb;
  answer text;
  answers text[] := '{}';
  bytes bigint := 0;
begin
  for statement in select e.value from pg_catalog.jsonb_array_elements(statements) with ordinality as e order by e.ordinality loop
    if pg_catalog.jsonb_extract_path_text(statement, 'answers')::boolean then
      execute pg_catalog.jsonb_extract_path_text(statement, 'sql') into strict answer;
    else
      execute pg_catalog.jsonb_extract_path_text(statement, 'sql');
      answer := '{"count":null}';
    end if;
    bytes := bytes operator(pg_catalog.+) pg_catalog.octet_length(answer);
    if bytes operator(pg_catalog.>) pg_catalog.jsonb_extract_path_text(statement, 'most')::bigint then
      raise exception using errcode = '${errors.resultTooLarge}', message = pg_catalog.concat('${tooLargeSign}', bytes);
    end if;
    answers := pg_catalog.array_append(answers, answer);
  end loop;
  return pg_catalog.concat('[', pg_catalog.array_to_string(answers, ','), ']');
end
$body$;

create or replace function hybrid.run(the_key text, the_digest text, the_attempt text, statements jsonb) returns text
language plpgsql security invoker as $body$
declare
  result text;
begin
  if the_key is not null then
    result := hybrid.claim(the_key, the_digest, the_attempt);
    if result is not null then return result; end if;
  end if;
  result := hybrid.execute(statements);
  if the_key is not null then perform hybrid.record(the_key, result); end if;
  return result;
end
$body$;

create or replace function hybrid.begin_migration(the_key text, the_digest text, the_attempt text) returns void
language plpgsql security invoker set search_path = pg_catalog, pg_temp as $body$
begin
  if hybrid.claim(the_key, the_digest, the_attempt) is not null then
    raise exception using errcode = '${errors.alreadyDone}', message = 'the migration was applied already';
  end if;
  perform hybrid.record(the_key, '[]');
end
$body$;

create or replace function hybrid.settle(the_key text, the_digest text, the_attempts text[]) returns text
language plpgsql security invoker set search_path = pg_catalog, pg_temp as $body$
declare
  entry hybrid.ledger;
begin
  loop
    insert into hybrid.ledger (key, digest, state, fenced) values (the_key, the_digest, 'open', the_attempts) on conflict (key) do nothing;
    if found then return '{"state":"fenced"}'; end if;
    select * into entry from hybrid.ledger as l where l.key = the_key for update;
    exit when found;
  end loop;
  if entry.digest <> the_digest then
    raise exception using errcode = '${errors.keyReused}', message = 'the key was used with other statements';
  end if;
  if entry.state = 'done' then return '{"state":"happened","results":' || entry.result || '}'; end if;
  update hybrid.ledger as l set fenced = array(select distinct unnest(l.fenced || the_attempts)) where l.key = the_key;
  return '{"state":"fenced"}';
end
$body$;

create or replace function hybrid.prune(older_than interval) returns bigint
language plpgsql security invoker set search_path = pg_catalog, pg_temp as $body$
declare
  removed bigint;
begin
  if older_than is null or older_than < interval '1 hour' then
    raise exception using errcode = '22023', message = 'a key must stay for an hour at least';
  end if;
  delete from hybrid.ledger as l where l.created_at < now() - older_than;
  get diagnostics removed = row_count;
  return removed;
end
$body$;

create or replace function public.hybrid_run(request jsonb) returns text
language plpgsql security invoker as $body$
declare
  answer text;
  kind text := pg_catalog.jsonb_extract_path_text(request, 'kind');
  key text := pg_catalog.jsonb_extract_path_text(request, 'key');
  digest text := pg_catalog.jsonb_extract_path_text(request, 'digest');
  attempt text := pg_catalog.jsonb_extract_path_text(request, 'attempt');
  statements jsonb := pg_catalog.jsonb_extract_path(request, 'statements');
begin
  case
  when kind operator(pg_catalog.=) 'read' then
    perform pg_catalog.set_config('transaction_read_only', 'on', true);
    answer := hybrid.execute(statements);
  when kind operator(pg_catalog.=) 'write' then
    answer := hybrid.execute(statements);
  when kind operator(pg_catalog.=) 'run' then
    answer := hybrid.run(key, digest, attempt, statements);
  when kind operator(pg_catalog.=) 'settle' then
    answer := hybrid.settle(key, digest, array(select pg_catalog.jsonb_array_elements_text(pg_catalog.jsonb_extract_path(request, 'attempts'))));
  else
    raise exception using errcode = '22023', message = 'hybrid_run does not know this kind of request';
  end case;
  return pg_catalog.translate(pg_catalog.encode(pg_catalog.convert_to(answer, 'UTF8'), 'base64'), E'\\n', '');
end
$body$;

revoke all on schema hybrid from public;
revoke all on all functions in schema hybrid from public;
revoke all on hybrid.ledger from public;
revoke all on function public.hybrid_run(jsonb) from public;
do $body$
declare
  other text;
begin
  foreach other in array array['anon', 'authenticated'] loop
    if exists (select 1 from pg_catalog.pg_roles as r where r.rolname operator(pg_catalog.=) other) then
      execute pg_catalog.format('revoke all on schema hybrid from %I', other);
      execute pg_catalog.format('revoke all on all functions in schema hybrid from %I', other);
      execute pg_catalog.format('revoke all on hybrid.ledger from %I', other);
      execute pg_catalog.format('revoke all on function public.hybrid_run(jsonb) from %I', other);
    end if;
  end loop;
  foreach other in array array['service_role', 'postgres'] loop
    if exists (select 1 from pg_catalog.pg_roles as r where r.rolname operator(pg_catalog.=) other) then
      execute pg_catalog.format('grant usage on schema hybrid to %I', other);
      execute pg_catalog.format('grant execute on all functions in schema hybrid to %I', other);
      execute pg_catalog.format('grant select, insert, update, delete on hybrid.ledger to %I', other);
      execute pg_catalog.format('grant execute on function public.hybrid_run(jsonb) to %I', other);
    end if;
  end loop;
end
$body$;

comment on schema hybrid is 'hybrid-supabase ${installVersion}';
notify pgrst, 'reload schema';
`;

/** Takes everything away that {@link installSql} made, the ledger included: keys used before are forgotten. */
export const uninstallSql = `drop function if exists public.hybrid_run(jsonb);
drop schema if exists hybrid cascade;
notify pgrst, 'reload schema';
`;
