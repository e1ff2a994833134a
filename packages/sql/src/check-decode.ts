import type { DecodeOptions } from '@hybrid-supabase/core';
import { isPlainObject } from './is-plain-object.js';
import type { SqlRejection } from './sql-rejection.js';

const forms = {
  int8: ['bigint', 'number', 'text'],
  numeric: ['text', 'number'],
} as const satisfies { readonly [T in keyof DecodeOptions]-?: readonly NonNullable<DecodeOptions[T]>[] };

/** Refuses what is no {@link DecodeOptions}: a misspelt option would round, or not round, without a word. */
export function checkDecode(decode: unknown): SqlRejection | undefined {
  if (decode === undefined) return undefined;
  return isPlainObject(decode) && Object.entries(decode).every(isKnown) ? undefined : wrongOption;
}

const isKnown = ([type, form]: readonly [string, unknown]): boolean =>
  form === undefined ||
  Object.entries<readonly unknown[]>(forms).some(([known, allowed]) => known === type && allowed.includes(form));

const wrongOption: SqlRejection = {
  kind: 'invalid-request',
  code: 'wrong-decode-option',
  message: 'The decode options of a statement hold a type or a form that there is not.',
  hint: `Use { ${Object.entries(forms)
    .map(([type, allowed]) => `${type}: ${allowed.map((form) => `'${form}'`).join(' | ')}`)
    .join('; ')} }.`,
};
