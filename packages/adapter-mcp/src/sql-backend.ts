import { requestText, type SqlBackend } from '@hybrid-supabase/sql';
import { err, ok } from 'neverthrow';
import { z } from 'zod';
import { unreadableReply, type ToolCaller } from './tool-caller.js';

const oneCell = z.tuple([z.object({ hybrid: z.string() })]);

/** SQL through `execute_sql`: one text there, one text back. */
export const createSqlBackend = (layer: string, tools: ToolCaller): SqlBackend => ({
  layer,
  send: async (request, call) =>
    (await tools.unwrapped('execute_sql', { query: requestText(request) }, call)).andThen((rows) => {
      const cell = oneCell.safeParse(rows);
      return cell.success
        ? ok(cell.data[0].hybrid)
        : err(unreadableReply(layer, 'it is not the one row that was asked for', cell.error));
    }),
});
