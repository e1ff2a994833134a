import { layerError, type LayerError } from '@hybrid-supabase/core';
import { sqlErrorOf } from '@hybrid-supabase/sql';
import { statusMeaning } from './api-status-table.js';
import { branchWork } from './branch-work.js';
import { readMarkedStatus } from './marked-status.js';
import { toolErrorTable, unknownToolError, type ToolErrorMeaning } from './tool-error-table.js';
import type { ToolName } from './tool-table.js';

/** What a tool reported, and the reply it came in. */
export interface ReportedError {
  readonly tool: ToolName;
  readonly name: string;
  readonly message: string;
  /** The session's own, where it has one. */
  readonly statusMark?: string | undefined;
  readonly cause: unknown;
}

// At the very start and the first line alone: what follows quotes the statement, the rows and what a function raised.
const databaseError = /^(?:Failed to [A-Za-z ]+: )?ERROR: +([0-9A-Z]{5}): ([^\n]*)/;
// The detail of a broken constraint or a wrong value holds what stands in the row, line breaks included.
const mayQuoteRows = /^2[23]/;
const detail = /\nDETAIL:/;
const databaseHint = /\nHINT: +([^\n]+)/;

/** Says what an error of a tool means: the database's own by its SQLSTATE, all others by their text and, where it is known, their status. */
export const toolError = (layer: string, reported: ReportedError): LayerError => {
  const { tool, name, message, statusMark, cause } = reported;
  const { text, status, retryAfterMs } = readMarkedStatus(message, statusMark);
  const [, sqlState, said] = databaseError.exec(text) ?? [];
  if (sqlState !== undefined && said !== undefined)
    return sqlErrorOf({ layer, sqlState, message: said, cause, ...hintIn(text, sqlState) });
  const { mayHaveBegun, ...meaning } = meaningOf(`${name}: ${text}`, status);
  return layerError({
    ...meaning,
    ...(mayHaveBegun === true && branchWork.has(tool) ? { effect: 'unknown' } : {}),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    layer,
    cause,
  });
};

const meaningOf = (text: string, status: number | undefined): ToolErrorMeaning => {
  const told = toolErrorTable.find(
    (rule) => rule.when.test(text) && (rule.status === undefined || status === undefined || rule.status === status),
  );
  if (status !== undefined && (told === undefined || told.isVague === true)) return statusMeaning(status);
  if (told === undefined) return unknownToolError;
  const { when: _when, status: _status, isVague: _isVague, ...meaning } = told;
  return meaning;
};

const hintIn = (text: string, sqlState: string): { readonly hint?: string } => {
  const believed = mayQuoteRows.test(sqlState) ? text.split(detail, 1)[0] : text;
  const hint = databaseHint.exec(believed ?? '')?.[1];
  return hint === undefined ? {} : { hint };
};
