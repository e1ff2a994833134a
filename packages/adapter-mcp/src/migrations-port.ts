import type { Call, LayerError, Migration, MigrationsPort } from '@hybrid-supabase/core';
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
    if (reply.isErr()) return reply.error.sqlState === alreadyDone ? ok({ name }) : err(reply.error);
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

const toMigration = ({ version, name }: { version: string; name?: string | null | undefined }): Migration =>
  name === null || name === undefined ? { version } : { version, name };

const byVersion = (one: Migration, other: Migration): number =>
  one.version < other.version ? -1 : Number(one.version > other.version);
