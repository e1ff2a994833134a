import type { Call } from '@hybrid-supabase/core';
import { createMigrationText, digestOf } from '@hybrid-supabase/sql';
import { quoteLiteral } from './own-pool.js';

/** Where applied migrations are recorded. */
export const historyTable = 'supabase_migrations.schema_migrations';

interface Plan {
  readonly name: string;
  readonly query: string;
  readonly call: Call;
  readonly timeoutMs: number;
}

/** A migration and its record as one text, to be sent in one message and so in one transaction; it answers the version. */
export const migrationText = ({ name, query, call, timeoutMs }: Plan): string => `${migrated(query, call, timeoutMs)}
;
${sessionRestored};
set local statement_timeout = ${timeoutMs};
${historyMade};
lock table ${historyTable} in exclusive mode;
${recorded(name, query)};`;

const migrated = (query: string, call: Call, statementTimeoutMs: number): string =>
  call.idempotencyKey === undefined
    ? `set local statement_timeout = ${statementTimeoutMs};\n${query}`
    : createMigrationText({
        query,
        key: call.idempotencyKey,
        digest: digestOf([query]),
        attemptId: call.attemptId,
        statementTimeoutMs,
      });

// A dump sets the search path and more for its whole session, which here would be the next caller's; so would a temporary
// table be, in the place of the real one. What else `discard all` takes, a pool of the caller's may need.
const sessionRestored = `reset session authorization;
reset role;
reset all;
close all;
discard temp;
select pg_catalog.pg_advisory_unlock_all()`;

// The number is any; it keeps two first migrations from making the table twice.
const historyMade = `do $hybrid$ begin
  if pg_catalog.to_regclass('${historyTable}') is null then
    perform pg_catalog.pg_advisory_xact_lock(4773011);
    create schema if not exists supabase_migrations;
    create table if not exists ${historyTable} (version text primary key, statements text[], name text);
  end if;
end $hybrid$`;

/**
 * The version is the second, or follows the last one where that is not past. Under the lock nobody else can choose it.
 * The sum of intervals takes any fourteen digits, also the 30th of February that somebody may have written there.
 */
const recorded = (name: string, query: string): string => `insert into ${historyTable} (version, statements, name)
select case
  when h.last is null or h.stamp > h.last then h.stamp
  when h.last ~ '^[0-9]{14}$' and h.last >= '0001' then pg_catalog.to_char(
    pg_catalog.make_timestamp(substr(h.last, 1, 4)::int, 1, 1, 0, 0, 0) + pg_catalog.make_interval(
      months => substr(h.last, 5, 2)::int - 1, days => substr(h.last, 7, 2)::int - 1, hours => substr(h.last, 9, 2)::int,
      mins => substr(h.last, 11, 2)::int, secs => substr(h.last, 13, 2)::int + 1), 'YYYYMMDDHH24MISS')
  else h.last || '0' end, array[${quoteLiteral(query)}], ${quoteLiteral(name)}
from (select max(version collate "C") as last,
  pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), 'YYYYMMDDHH24MISS') as stamp from ${historyTable}) h
returning version as hybrid`;
