import { layerError, type Call, type LayerError, type Migration, type MigrationsPort } from '@hybrid-supabase/core';
import { checkMigration, createMigrationText, digestOf, timeLeftMs } from '@hybrid-supabase/sql';
import { err, ok, type Result } from 'neverthrow';
import { z } from 'zod';
import { unreadableReply, type ToolCaller } from './tool-caller.js';

const listed = z.object({
  migrations: z.array(z.object({ version: z.string(), name: z.string().nullish() })),
});

// A declined request is answered without an error, so the word itself is needed.
const applied = z.object({ success: z.literal(true) });

/** Raised inside a keyed migration that has been applied before: its whole transaction is undone. */
const alreadyDone = 'HB004';
/** The statement was refused because there is a transaction, before it did anything. */
const notInTransaction = '25001';

interface MigrationsPortOptions {
  readonly layer: string;
  readonly tools: ToolCaller;
}

/** Migrations by the server's own tools, so that the project's history records them. */
export const createMigrationsPort = ({ layer, tools }: MigrationsPortOptions): MigrationsPort => ({
  async list(_input, call) {
    const reply = await tools.call('list_migrations', {}, call);
    if (reply.isErr()) return err(reply.error);
    const known = listed.safeParse(reply.value);
    return known.success
      ? ok(known.data.migrations.map(toMigration).sort(byVersion))
      : err(unreadableReply(layer, 'it is no list of migrations', known.error));
  },
  async apply({ name, query }, call) {
    const checked = await checkMigration(layer, query);
    const text = checked.andThen(() => textOf(layer, query, call));
    if (text.isErr()) return err(text.error);
    const reply = await tools.call('apply_migration', { name, query: text.value }, call);
    if (reply.isErr())
      return isDoneBefore(reply.error, call) ? ok({ name }) : err(doubted(reply.error, { query, call }));
    const done = applied.safeParse(reply.value);
    return done.success
      ? ok({ name })
      : err(unreadableReply(layer, 'it does not say that the migration was applied', reply.value));
  },
});

const textOf = (layer: string, query: string, call: Call): Result<string, LayerError> => {
  const { idempotencyKey: key, attemptId } = call;
  if (key === undefined) return ok(query);
  return timeLeftMs(layer, call).map((statementTimeoutMs) =>
    createMigrationText({ query, key, digest: digestOf([query]), attemptId, statementTimeoutMs }),
  );
};

// Without a key there is no claim that could say so; such a state is then the migration's own.
const isDoneBefore = ({ sqlState }: LayerError, { idempotencyKey }: Call): boolean =>
  idempotencyKey !== undefined && sqlState === alreadyDone;

// A text of one statement runs in no transaction but its own, and these may end that before they fail.
const mayCommitByItself =
  /\b(?:concurrently|vacuum|reindex|cluster|call|do|database|tablespace|system|subscription)\b/i;
// The platform's own record of the migration: whether it belongs to the same transaction is not documented.
const ofTheHistory = /\bschema_migrations/;

interface Sent {
  readonly query: string;
  readonly call: Call;
}

// A SQL error proves that its transaction was undone, and nothing of what was committed before.
const doubted = (error: LayerError, { query, call }: Sent): LayerError => {
  if (error.sqlState === undefined || error.effect === 'unknown') return error;
  const isAlone =
    call.idempotencyKey === undefined && mayCommitByItself.test(query) && error.sqlState !== notInTransaction;
  return isAlone || ofTheHistory.test(error.message) ? layerError({ ...error, effect: 'unknown' }) : error;
};

const toMigration = ({ version, name }: { version: string; name?: string | null | undefined }): Migration =>
  name === null || name === undefined ? { version } : { version, name };

const byVersion = (one: Migration, other: Migration): number =>
  one.version < other.version ? -1 : Number(one.version > other.version);
