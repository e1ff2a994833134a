import { requestText, type SqlBackend } from '@hybrid-supabase/sql';
import { readCell } from './read-cell.js';
import type { Sender } from './sender.js';

interface SqlBackendOptions {
  readonly layer: string;
  readonly sender: Sender;
  readonly maxResultBytes: number;
}

/** SQL as one text in one message: no prepared statement and nothing in the session, as a transaction pooler wants it. */
export const createSqlBackend = ({ layer, sender, maxResultBytes }: SqlBackendOptions): SqlBackend => ({
  layer,
  send: async (request, call) => {
    // Waiting for a connection has used up some of the time that the request allows.
    const textOf = (statementTimeoutMs: number): string => requestText({ ...request, statementTimeoutMs });
    const answer = await sender.send(textOf, call);
    return answer.andThen((reply) => readCell(layer, reply, maxResultBytes));
  },
});
