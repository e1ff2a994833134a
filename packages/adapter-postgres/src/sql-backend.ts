import { layerError, type LayerError } from '@hybrid-supabase/core';
import { positionInStatement, requestText, type SqlBackend, type SqlRequest } from '@hybrid-supabase/sql';
import { readCell } from './read-cell.js';
import type { Sender } from './sender.js';
import { textOf as memberOf } from './server-error.js';
import { traced } from './traced.js';

interface SqlBackendOptions {
  readonly layer: string;
  readonly sender: Sender;
  readonly maxReplyBytes: number;
}

/** SQL as one text in one message: no prepared statement and nothing in the session, as a transaction pooler wants it. */
export const createSqlBackend = ({ layer, sender, maxReplyBytes }: SqlBackendOptions): SqlBackend => ({
  layer,
  send: async (request, call) => {
    // Waiting for a connection has used up some of the time that the request allows.
    let sent = '';
    const textOf = (statementTimeoutMs: number): string => (sent = requestText({ ...request, statementTimeoutMs }));
    const answer = await sender.send(textOf, call);
    return answer
      .mapErr((error) => placed(error, request, traced(sent, call)))
      .andThen((reply) => readCell(layer, reply, maxReplyBytes));
  },
});

const placed = (error: LayerError, request: SqlRequest, sent: string): LayerError => {
  const position = positionInStatement(request, { sent, characters: Number(memberOf(error.cause, 'position')) });
  return position === undefined ? error : layerError({ ...error, position });
};
