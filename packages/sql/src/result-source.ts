import type { DecodeOptions, SqlResult } from '@hybrid-supabase/core';
import { decodeResult } from './decode-result.js';
import type { ExactJson } from './exact-json.js';

/** What the ledger recorded says nothing of the form its caller wanted, and who settles does not know the statements. */
const sources = new WeakMap<SqlResult, ExactJson>();

/** Decodes a recorded result, so that it can be had in another form later. */
export const decodeRecorded = (json: ExactJson): SqlResult => {
  const result = decodeResult(json);
  sources.set(result, json);
  return result;
};

/** A recorded result in the form that its statement asks for; undefined when it is a copy, whose source is lost. */
export const inForm = (result: SqlResult, decode: DecodeOptions | undefined): SqlResult | undefined => {
  if (decode === undefined) return result;
  const source = sources.get(result);
  return source === undefined ? undefined : decodeResult(source, decode);
};
