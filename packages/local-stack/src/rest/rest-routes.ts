import { Hono, type Context } from 'hono';
import { err, ok, type Result } from 'neverthrow';
import pg from 'pg';
import type { Database, Requester } from '../database.js';
import { callFunction } from './call-function.js';
import { findFunction } from './find-function.js';
import { databaseRestError, restError, type RestError } from './rest-error.js';
import { requesterOf } from './rest-requester.js';

/** What the routes stand on. */
export interface RestRoutesOptions {
  readonly database: Database;
  readonly jwtSecret: string;
}

const headers = { 'content-type': 'application/json; charset=utf-8' };

/** `POST /rpc/<function>` as PostgREST answers it; nothing else of REST. */
export function createRestRoutes({ database, jwtSecret }: RestRoutesOptions): Hono {
  const app = new Hono();
  app.post('/rpc/:name', async (context) => {
    const requester = requesterOf(context.req.raw.headers, jwtSecret);
    if (requester.isErr()) return refuse(requester.error);
    const parsed = argumentsOf(await context.req.text());
    const refused = refusedProfile(context) ?? (parsed.isErr() ? parsed.error : undefined);
    if (refused !== undefined || parsed.isErr()) return refuse(refused ?? unreadable);
    return answer(await rpc(database, requester.value, context.req.param('name'), parsed.value));
  });
  app.all('*', () =>
    refuse(
      restError(404, 'PGRST125', 'The local stack serves only POST /rest/v1/rpc/<function>.', {
        hint: 'Use SQL for tables.',
      }),
    ),
  );
  return app;
}

const answer = (result: Result<string | undefined, RestError>): Response =>
  result.match(
    (text) => (text === undefined ? new Response(null, { status: 204 }) : new Response(text, { status: 200, headers })),
    refuse,
  );

const refuse = ({ status, body }: { readonly status: number; readonly body: object }): Response =>
  new Response(JSON.stringify(body), { status, headers });

interface Arguments {
  readonly text: string;
  readonly names: readonly string[];
}

const unreadable = restError(400, 'PGRST102', 'Empty or invalid json');

/** No body at all stands for no arguments. */
function argumentsOf(text: string): Result<Arguments, RestError> {
  if (text === '') return ok({ text: '{}', names: [] });
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? ok({ text, names: Object.keys(value) }) : err(unreadable);
  } catch {
    return err(unreadable);
  }
}

function refusedProfile(context: Context): RestError | undefined {
  const schema = context.req.header('content-profile');
  if (schema === undefined || schema === 'public') return undefined;
  return restError(406, 'PGRST106', 'The schema must be one of the following: public');
}

async function rpc(
  database: Database,
  requester: Requester,
  name: string,
  { text, names }: Arguments,
): Promise<Result<string | undefined, RestError>> {
  try {
    return await database.transaction(requester, async (client) => {
      await client.query(sessionOf(requester));
      const found = await findFunction(client, name, names);
      if (found.isErr()) return err(found.error);
      if (!found.value.volatile) await client.query('set transaction read only');
      return ok(await callFunction(client, name, found.value, names, text));
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError) return err(databaseRestError(error, requester.role));
    return err(restError(503, 'PGRST001', 'Database client error. The connection to the database was lost.'));
  }
}

/** PostgREST applies a role's own settings to whom it speaks for; the hosted ones are only these limits. */
const sessionOf = ({ role }: Requester): string =>
  `set local search_path = public, extensions; ${role === 'anon' ? `set local statement_timeout = '3s'` : ''}`;
