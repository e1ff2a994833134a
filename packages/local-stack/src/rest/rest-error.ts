import type { DatabaseError } from 'pg';

/** An error as PostgREST writes it. */
export interface RestError {
  readonly status: number;
  readonly body: {
    readonly code: string;
    readonly message: string;
    readonly details: string | null;
    readonly hint: string | null;
  };
}

/** Makes a {@link RestError}. */
export const restError = (
  status: number,
  code: string,
  message: string,
  more: { readonly details?: string | undefined; readonly hint?: string | undefined } = {},
): RestError => ({ status, body: { code, message, details: more.details ?? null, hint: more.hint ?? null } });

/** HTTP status by SQLSTATE or by its class; the whole code is looked up first. */
const statuses: { readonly [state: string]: number } = {
  '08': 503,
  '09': 500,
  '0L': 403,
  '0P': 403,
  '23503': 409,
  '23505': 409,
  '25': 500,
  '25006': 405,
  '28': 403,
  '2D': 500,
  '38': 500,
  '39': 500,
  '3B': 500,
  '40': 500,
  '42883': 404,
  '42P01': 404,
  '42P17': 500,
  '53': 503,
  '53400': 500,
  '54': 500,
  '55': 500,
  '57': 500,
  '57P01': 503,
  '58': 500,
  F0: 500,
  HV: 500,
  P0: 500,
  P0001: 400,
  XX: 500,
};

/** What a refused statement means over HTTP. Whoever is not logged in is asked to log in (401) where others are denied (403). */
export function databaseRestError(error: DatabaseError, role: string): RestError {
  const state = error.code ?? 'XX000';
  return restError(statusOf(state, role), state, error.message, { details: error.detail, hint: error.hint });
}

function statusOf(state: string, role: string): number {
  if (state === '42501') return role === 'anon' ? 401 : 403;
  const chosen = /^PT([2-5]\d\d)$/.exec(state)?.[1];
  return chosen === undefined ? (statuses[state] ?? statuses[state.slice(0, 2)] ?? 400) : Number(chosen);
}
