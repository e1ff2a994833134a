import { layerError, type LayerError } from '@hybrid-supabase/core';
import { sqlErrorOf } from '@hybrid-supabase/sql';
import { toolErrorTable, unknownToolError } from './tool-error-table.js';

/** What a tool reported, and the reply it came in. */
export interface ReportedError {
  readonly name: string;
  readonly message: string;
  readonly cause: unknown;
}

// The first line alone: those below it quote the statement and the rows.
const databaseError = /ERROR: +([0-9A-Z]{5}): ([^\n]*)/;
const databaseHint = /\nHINT: +([^\n]+)/;

/** Says what an error of a tool means: the database's own by its SQLSTATE, all others by the table. */
export const toolError = (layer: string, { name, message, cause }: ReportedError): LayerError => {
  const [, sqlState, text] = databaseError.exec(message) ?? [];
  if (sqlState !== undefined && text !== undefined) {
    const hint = databaseHint.exec(message)?.[1];
    return sqlErrorOf({ layer, sqlState, message: text, cause, ...(hint === undefined ? {} : { hint }) });
  }
  const said = `${name}: ${message}`;
  const { when: _when, ...meaning } = toolErrorTable.find((rule) => rule.when.test(said)) ?? unknownToolError;
  return layerError({ ...meaning, layer, cause });
};
