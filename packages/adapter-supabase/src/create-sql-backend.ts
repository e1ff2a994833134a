import { requestArguments, type SqlBackend } from '@hybrid-supabase/sql';
import type { Door } from './door.js';
import { textOf } from './read-value.js';
import { restFailureOf } from './rest-failure.js';

/** SQL through the one function that `hybrid install` puts into the database; without it every request is `unsupported`. */
export const createSqlBackend = (layer: string, door: Door): SqlBackend => ({
  layer,
  send: (request, call) =>
    door.during(call, (attempt) =>
      attempt.ask({
        // The client repeats a call by itself unless each request says no: https://github.com/supabase/supabase-js
        send: (client) => client.rpc('hybrid_run', { ...requestArguments(request) }).retry(false),
        read: textOf,
        explain: restFailureOf(layer),
      }),
    ),
});
