import { err, ok, type Result } from 'neverthrow';
import type { SqlRejection } from './sql-rejection.js';
import { unsendableValue } from './unsendable-value.js';

/** A date as timestamptz text in UTC. PostgreSQL has neither signed years nor a year 0, so those become `BC`. */
export function timestampText(date: Date): Result<string, SqlRejection> {
  if (Number.isNaN(date.getTime())) return err(unsendableValue('A value is an invalid Date.', 'Check the date first.'));
  const year = date.getUTCFullYear();
  const shownYear = String(year > 0 ? year : 1 - year).padStart(4, '0');
  const rest = date
    .toISOString()
    .replace(/^[+-]?\d+/, '')
    .replace('Z', '+00:00');
  return ok(`${shownYear}${rest}${year > 0 ? '' : ' BC'}`);
}
