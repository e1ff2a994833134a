import { randomUUID } from 'node:crypto';
import type { Call, SqlPort } from '@hybrid-supabase/core';
import { startLocalStack } from '@hybrid-supabase/local-stack';
import { err, ok } from 'neverthrow';
import pg from 'pg';
import {
  createSqlPort,
  installSql,
  requestArguments,
  requestText,
  sqlErrorOf,
  type SqlBackend,
  type SqlRequest,
} from '../src/index.js';

/** A real PostgreSQL with the schema hybrid in it, and the SQL port over both ways a layer can have. */
export interface TestDatabase {
  /** As a layer that takes only text. */
  readonly byText: SqlPort;
  /** As a layer that calls `public.hybrid_run`, with the rights of service_role. */
  readonly byFunction: SqlPort;
  /** A further connection of the owner; closed by `close`. */
  connect(): Promise<pg.Client>;
  close(): Promise<void>;
}

/** Starts the stack and installs the schema. */
export async function openTestDatabase(): Promise<TestDatabase> {
  const stack = (await startLocalStack())._unsafeUnwrap();
  const clients: pg.Client[] = [];
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: stack.databaseUrl });
    await client.connect();
    clients.push(client);
    return client;
  };
  const owner = await connect();
  await owner.query(installSql);
  return {
    byText: createSqlPort(textBackend(owner)),
    byFunction: createSqlPort(functionBackend(await connect())),
    connect,
    close: async () => {
      await Promise.all(clients.map((client) => client.end()));
      await stack.stop();
    },
  };
}

/** Sends one text in one message, as the Management API does, and takes the last rows. */
export const textBackend = (client: pg.Client): SqlBackend =>
  backend(async (request) => {
    const answer: pg.QueryResult | pg.QueryResult[] = await client.query(requestText(request));
    const last = Array.isArray(answer) ? answer.at(-1) : answer;
    return String(last?.rows[0]?.hybrid);
  });

/** Calls the installed function in a transaction of service_role, as PostgREST does. */
export const functionBackend = (client: pg.Client): SqlBackend =>
  backend(async (request) => {
    await client.query('begin; set local role service_role');
    try {
      const { rows } = await client.query('select public.hybrid_run($1) as hybrid', [
        requestArguments(request).request,
      ]);
      await client.query('commit');
      return String(rows[0]?.hybrid);
    } catch (error) {
      await client.query('rollback');
      throw error;
    }
  });

function backend(send: (request: SqlRequest) => Promise<string>): SqlBackend {
  const layer = 'test';
  return {
    layer,
    send: async (request) => {
      try {
        return ok(await send(request));
      } catch (error) {
        if (!(error instanceof pg.DatabaseError)) throw error;
        return err(sqlErrorOf({ layer, sqlState: error.code ?? '', message: error.message }));
      }
    },
  };
}

/** A call with half a minute to go. */
export const createCall = (
  options: { readonly key?: string; readonly attemptId?: string; readonly timeoutMs?: number } = {},
): Call => ({
  signal: new AbortController().signal,
  deadlineMs: performance.now() + (options.timeoutMs ?? 30_000),
  attempt: 1,
  attemptId: options.attemptId ?? randomUUID(),
  ...(options.key === undefined ? {} : { idempotencyKey: options.key }),
  progressed: () => undefined,
  note: () => undefined,
});
