import { sqlErrorOf } from '@hybrid-supabase/sql';
import type { ErrorAnswer, Explain, Failure } from './failure.js';
import { statusFailureOf } from './status-failure.js';

type Row = Omit<Failure, 'code' | 'cause'>;

const badKey: Row = {
  kind: 'unauthorized',
  effect: 'none',
  message: 'The API key is wrong or has expired.',
  hint: 'Give a key that belongs to this project and has not expired.',
};
const noDatabase: Row = {
  kind: 'unavailable',
  effect: 'none',
  fault: 'postgres',
  message: 'The Data API has no connection to the database.',
  hint: 'Wait until the database is up and has connections to spare.',
};
const lostDatabase: Row = {
  kind: 'interrupted',
  effect: 'unknown',
  fault: 'postgres',
  message: 'The Data API lost its connection to the database.',
  hint: 'Look whether the work was done before doing it again; give a key to have it settled.',
};
const notInstalled: Row = {
  kind: 'unsupported',
  effect: 'none',
  message: 'SQL does not work through this layer yet: its function is not installed in the database.',
  hint: 'Run `hybrid install`, then reload the schema cache of the Data API if it still says so.',
};
const notExposed: Row = {
  kind: 'unsupported',
  effect: 'none',
  message: 'The Data API does not serve the schema `public`.',
  hint: 'Add `public` to the exposed schemas of the project.',
};

/** PostgREST's own codes; https://docs.postgrest.org/en/stable/references/errors.html. All but 001 are given before a statement runs. */
const rows: Readonly<Record<string, Row>> = {
  PGRST000: noDatabase,
  PGRST001: lostDatabase,
  PGRST002: noDatabase,
  PGRST003: { ...noDatabase, message: 'The Data API found no free connection to the database in time.' },
  PGRST106: notExposed,
  PGRST202: notInstalled,
  PGRST300: badKey,
  PGRST301: badKey,
  PGRST302: badKey,
  PGRST303: badKey,
};

/** What an error of the Data API means: its own codes, then the database's, then the gateway's status. */
export const restFailureOf =
  (layer: string): Explain =>
  (answer) => {
    const { code } = answer;
    const row = code === undefined ? undefined : rows[code];
    if (row !== undefined) return { ...row, ...told(answer) };
    if (code !== undefined && /^[0-9A-Z]{5}$/.test(code)) return databaseFailure(layer, code, answer);
    return { ...statusFailureOf(answer), ...told(answer) };
  };

const told = ({ code, retryAfterMs }: ErrorAnswer): Pick<Failure, 'code' | 'retryAfterMs'> => ({
  ...(code !== undefined && { code }),
  ...(retryAfterMs !== undefined && { retryAfterMs }),
});

const databaseFailure = (layer: string, sqlState: string, { message, hint }: ErrorAnswer): Failure =>
  sqlErrorOf({ layer, sqlState, message, ...(hint !== undefined && { hint }) });
