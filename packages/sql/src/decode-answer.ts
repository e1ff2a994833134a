import { isUtf8 } from 'node:buffer';
import type { DecodeOptions, SqlResult } from '@hybrid-supabase/core';
import { layerError, type LayerError, type Settlement } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { decodeResult } from './decode-result.js';
import { ExactObject, parseExactJson, UnreadableAnswer, type ExactJson } from './exact-json.js';
import { decodeRecorded } from './result-source.js';

/** The results of the statements of a read, write or run, in order; each in the form that its statement asks for. */
export const decodeResults = (
  layer: string,
  answer: string,
  forms: readonly (DecodeOptions | undefined)[] = [],
): Result<readonly SqlResult[], LayerError> =>
  decoded(layer, answer, (json) => listOf(json).map((one, at) => decodeResult(one, forms[at])));

/** What the ledger said of a key. */
export const decodeSettlement = (layer: string, answer: string): Result<Settlement, LayerError> =>
  decoded(layer, answer, (json) => {
    const members = new Map(json instanceof ExactObject ? json.members : []);
    if (members.get('state') === 'fenced') return { state: 'fenced' };
    if (members.get('state') === 'happened')
      return { state: 'happened', results: listOf(members.get('results') ?? null).map(decodeRecorded) };
    throw new UnreadableAnswer('no state');
  });

function listOf(json: ExactJson): readonly ExactJson[] {
  if (!Array.isArray(json)) throw new UnreadableAnswer('no list of results');
  return json;
}

function decoded<T>(layer: string, answer: string, read: (json: ExactJson) => T): Result<T, LayerError> {
  try {
    return ok(read(parseExactJson(textOfBase64(answer))));
  } catch (cause) {
    if (!(cause instanceof UnreadableAnswer)) throw cause;
    return err(unreadable(layer, cause));
  }
}

// No group: repeating one exhausts the stack on an answer of some megabytes.
const base64Text = /^[A-Za-z0-9+/]*={0,2}$/;

function textOfBase64(answer: string): string {
  if (answer.length % 4 !== 0 || !base64Text.test(answer)) throw new UnreadableAnswer('no base64');
  const bytes = Buffer.from(answer, 'base64');
  if (!isUtf8(bytes)) throw new UnreadableAnswer('no UTF-8');
  return bytes.toString('utf8');
}

/** The error for an answer that is not what was agreed. */
export const unreadable = (layer: string, cause?: UnreadableAnswer): LayerError =>
  layerError({
    kind: 'invalid-reply',
    layer,
    effect: 'unknown',
    code: 'unreadable-answer',
    message: 'The answer could not be read as the rows of the statement.',
    hint: 'Something between here and the database changed the answer; look at that layer.',
    ...(cause !== undefined && { cause }),
  });
