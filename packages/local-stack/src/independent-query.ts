import { err, ok, type Result } from 'neverthrow';
import pg from 'pg';
import { localStackError, type LocalStackError } from './local-stack-error.js';

/** Rows by column name, values as the driver gives them. */
export type IndependentRows = readonly Readonly<Record<string, unknown>>[];

/** Runs one statement as the superuser on a connection made for it alone. */
export async function independentQuery(url: string, text: string): Promise<Result<IndependentRows, LocalStackError>> {
  const client = new pg.Client({ connectionString: url });
  // A connection lost in between is told by the statement that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    return ok(rows);
  } catch (error) {
    return err(queryError(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

const queryError = (error: unknown): LocalStackError =>
  localStackError({
    kind: 'statement-failed',
    message: 'A statement on an own connection failed.',
    hint: 'Check the statement, and that the stack is still running.',
    detail: error instanceof Error ? error.message : 'unknown',
  });
