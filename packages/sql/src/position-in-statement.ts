import type { SqlRequest } from './sql-request.js';
import { unitsBefore } from './units-before.js';

/** A text as it was sent for a request, and the place in it that PostgreSQL gave: characters from 1. */
export interface SentPosition {
  readonly sent: string;
  readonly characters: number;
}

/**
 * The place in the text of the request's only statement, in UTF-16 units from 0. Undefined when it lies in what was put
 * around the statement, or when the statement's text occurs more than once, so that nobody can know.
 */
export function positionInStatement(request: SqlRequest, { sent, characters }: SentPosition): number | undefined {
  if (request.kind !== 'read' && request.kind !== 'write') return undefined;
  if (!Number.isSafeInteger(characters) || characters < 1) return undefined;
  const { text, mainAt } = request.statement;
  const place = unitsBefore(sent, characters - 1);
  // Something may have been put between the two parts.
  const inFirst = placeInPart(text.slice(0, mainAt), sent, place);
  if (inFirst !== undefined) return inFirst;
  const inMain = placeInPart(text.slice(mainAt), sent, place);
  return inMain === undefined ? undefined : mainAt + inMain;
}

function placeInPart(part: string, sent: string, place: number): number | undefined {
  const at = part === '' ? -1 : sent.indexOf(part);
  if (at === -1 || sent.includes(part, at + 1)) return undefined;
  return place >= at && place < at + part.length ? place - at : undefined;
}
