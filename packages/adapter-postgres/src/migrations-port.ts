import type { LayerError, Migration, MigrationsPort, SqlPort } from '@hybrid-supabase/core';
import { layerError } from '@hybrid-supabase/core';
import { checkMigration } from '@hybrid-supabase/sql';
import { err, ok, type Result } from 'neverthrow';
import { historyTable, migrationText } from './migration-text.js';
import { brokenAnswer } from './lost-answer.js';
import { readCell } from './read-cell.js';
import type { Sender } from './sender.js';

/** Raised inside a keyed migration that has been applied before: its whole transaction is undone. */
const alreadyDone = 'HB004';
/** There is no history yet: nobody has applied a migration. */
const noSuchTable = '42P01';

interface MigrationsPortOptions {
  readonly layer: string;
  readonly sender: Sender;
  readonly sql: SqlPort;
}

/** Migrations on the history that the Management API and the Supabase command line write too. */
export const createMigrationsPort = ({ layer, sender, sql }: MigrationsPortOptions): MigrationsPort => ({
  async list(_input, call) {
    const read = await sql.read(
      { text: `select version, name from ${historyTable} order by version`, values: [] },
      call,
    );
    if (read.isErr()) return read.error.sqlState === noSuchTable ? ok([]) : err(read.error);
    const migrations = read.value.rows.map(({ version, name }) => migrationOf(version, name));
    return migrations.every((each) => each !== undefined)
      ? ok(migrations.sort(byVersion))
      : err(brokenAnswer(layer, 'garbled'));
  },
  async apply({ name, query }, call) {
    if (hasUnsendableText(name) || hasUnsendableText(call.idempotencyKey ?? '')) return err(unsendable(layer));
    const checked = await checkMigration(layer, query);
    if (checked.isErr()) return err(checked.error);
    const textOf = (timeoutMs: number): string => migrationText({ name, query, call, timeoutMs });
    const applied = await sender.send(textOf, call, { mayLeaveTraces: true });
    const version = applied.andThen((answer) => readCell(layer, answer, Infinity));
    return version.map(() => ({ name })).orElse((error) => forgiven(error, name));
  },
});

const forgiven = (error: LayerError, name: string): Result<{ readonly name: string }, LayerError> =>
  error.sqlState === alreadyDone ? ok({ name }) : err(error);

const migrationOf = (version: unknown, name: unknown): Migration | undefined => {
  if (typeof version !== 'string') return undefined;
  return typeof name === 'string' ? { version, name } : { version };
};

const byVersion = (one: Migration, other: Migration): number =>
  one.version < other.version ? -1 : Number(one.version > other.version);

// With the u flag a surrogate matches only where it stands alone.
const hasUnsendableText = (text: string): boolean => /\0|\p{Surrogate}/u.test(text);

const unsendable = (layer: string): LayerError =>
  layerError({
    kind: 'invalid-request',
    layer,
    effect: 'none',
    code: 'unsendable-text',
    message: 'The name or the key of the migration holds a NUL or half of a surrogate pair.',
    hint: 'Use another name or key.',
  });
