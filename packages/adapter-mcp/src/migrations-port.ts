import type { Call, LayerError, Migration, MigrationsPort } from '@hybrid-supabase/core';
import { checkMigration, createMigrationText, digestOf } from '@hybrid-supabase/sql';
import { err, ok, type Result } from 'neverthrow';
import { z } from 'zod';
import { unreadableReply, type ToolCaller } from './tool-caller.js';

const listed = z.object({
  migrations: z.array(z.object({ version: z.string(), name: z.string().nullish() })),
});

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
    if (checked.isErr()) return err(checked.error);
    const applied = await tools.call('apply_migration', { name, query: textOf(query, call) }, call);
    return applied.map(() => ({ name })).orElse((error) => forgiven(error, name));
  },
});

const textOf = (query: string, call: Call): string =>
  call.idempotencyKey === undefined
    ? query
    : createMigrationText({
        query,
        key: call.idempotencyKey,
        digest: digestOf([query]),
        attemptId: call.attemptId,
        statementTimeoutMs: Math.max(1, Math.floor(call.deadlineMs - performance.now())),
      });

const forgiven = (error: LayerError, name: string): Result<{ readonly name: string }, LayerError> =>
  error.sqlState === alreadyDone ? ok({ name }) : err(error);

const toMigration = ({ version, name }: { version: string; name?: string | null | undefined }): Migration =>
  name === null || name === undefined ? { version } : { version, name };

const byVersion = (one: Migration, other: Migration): number =>
  one.version < other.version ? -1 : Number(one.version > other.version);
