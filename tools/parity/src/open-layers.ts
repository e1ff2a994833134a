import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createPostgresLayer } from '@hybrid-supabase/adapter-postgres';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { SqlPort } from '@hybrid-supabase/core';
import { startLocalStack } from '@hybrid-supabase/local-stack';
import { installSql } from '@hybrid-supabase/sql';
import { createCall } from './create-call.js';

/** A layer as parity sees it. */
export interface SqlLayer {
  readonly name: string;
  readonly ports: { readonly sql: SqlPort };
}

/** The layers on one database, and how they end. */
export interface OpenLayers {
  readonly layers: readonly SqlLayer[];
  close(): Promise<void>;
}

/** What the cases stand on. */
const objects = `create type parity_mood as enum ('sad', 'ok');
create type parity_pair as (a int8, b text);
create domain parity_cents as int8;
create domain parity_positive as int check (value > 0);
create domain parity_price as numeric(10, 2);
create table parity_rows (layer text, id int8 not null check (id > 0), label text constraint short check (length(label) < 100), primary key (layer, id));
create table parity_children (layer text, row_id int8, foreign key (layer, row_id) references parity_rows (layer, id));
create table parity_alone (layer text, exclude using btree (layer with =));
create table parity_once (word text);
create function parity_lies() returns void language sql volatile as $$ insert into parity_once values ('lie') $$;
create function parity_fails(state text) returns void language plpgsql stable as
  $$ begin raise exception using errcode = state, message = 'it fails', hint = 'It was asked to.'; end $$;
grant all on parity_rows, parity_children, parity_alone, parity_once to service_role;`;

/** Starts the local stack with the schema `hybrid`, and every layer on it as a user would make it. */
export const openLayers = async (): Promise<OpenLayers> => {
  const started = await startLocalStack();
  if (started.isErr()) throw new Error(started.error.message);
  const stack = started.value;
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const mcp = createMcpLayer({ projectRef, connect: stdio({ accessToken, projectRef, apiUrl }) });
  const supabase = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
  const postgres = createPostgresLayer({ connectionString: stack.databaseUrl });
  const close = async (): Promise<void> => {
    await Promise.all([mcp, supabase, postgres].map((layer) => layer.close()));
    await stack.stop();
  };
  for (const [name, query] of Object.entries({ hybrid_install: installSql, parity_objects: objects })) {
    const applied = await mcp.ports.migrations.apply({ name, query }, createCall({}));
    if (applied.isOk()) continue;
    await close();
    throw new Error(`The migration ${name} failed: ${applied.error.message}`);
  }
  return { layers: [mcp, supabase, postgres], close };
};
