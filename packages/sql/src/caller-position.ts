import type { Statement } from '@hybrid-supabase/core';
import { parseSql } from './parser.js';
import { renderPieces, type RenderedPiece } from './render-statement.js';

/** Where in the caller's text a place of the rendered text comes from; all of a value's literal comes from its parameter. */
export const callerPosition = async (statement: Statement, position: number): Promise<number | undefined> =>
  (await parseSql(statement.text))
    .andThen(({ tokens }) => renderPieces(statement, tokens))
    .map((pieces) => placeIn(pieces, position))
    .unwrapOr(undefined);

function placeIn(pieces: readonly RenderedPiece[], position: number): number | undefined {
  let rendered = 0;
  let caller = 0;
  for (const { text, callerLength, isCallers } of pieces) {
    const inside = position - rendered;
    if (inside < text.length) return isCallers ? caller + inside : caller;
    rendered += text.length;
    caller += callerLength;
  }
  return undefined;
}
