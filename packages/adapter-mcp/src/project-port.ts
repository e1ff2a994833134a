import { err, ok, type Result } from 'neverthrow';
import {
  closedError,
  type LayerError,
  layerError,
  type LayerResult,
  type ProjectPort,
  stoppedError,
  type TableSummary,
} from '@hybrid-supabase/core';
import { z } from 'zod';
import { unreadableReply, type ToolCaller } from './tool-caller.js';

const keys = z.object({ keys: z.array(z.object({ name: z.string(), api_key: z.string(), type: z.string() })) });
const types = z.object({ types: z.string() });
const logs = z.union([
  z.array(z.unknown()),
  z.object({ result: z.array(z.unknown()) }).transform(({ result }) => result),
]);
const advisors = z.object({ result: z.object({ lints: z.array(z.unknown()) }) });
const column = z.object({ name: z.string(), data_type: z.string() });
const tables = z.object({
  tables: z.array(z.object({ name: z.string(), rls_enabled: z.boolean(), columns: z.array(column).nullish() })),
});
const extensions = z.object({
  extensions: z.array(
    z.object({ name: z.string(), default_version: z.string().nullable(), installed_version: z.string().nullable() }),
  ),
});

interface ProjectPortOptions {
  readonly layer: string;
  readonly tools: ToolCaller;
  /** Undefined where the layer lacks `project.url`. */
  readonly projectUrl: string | undefined;
  readonly closed: AbortSignal;
}

/** What the project is. The address is never the server's guess: under another Management API it guesses wrong. */
export const createProjectPort = ({ layer, tools, projectUrl, closed }: ProjectPortOptions): ProjectPort => {
  const read = <T>(schema: z.ZodType<T>, what: string, reply: Result<unknown, LayerError>): Result<T, LayerError> =>
    reply.andThen((value) => {
      const known = schema.safeParse(value);
      return known.success ? ok(known.data) : err(unreadableReply(layer, `it is no ${what}`, known.error));
    });

  return {
    async url(_input, call): LayerResult<{ readonly url: string }> {
      if (closed.aborted) return err(closedError(layer));
      if (call.signal.aborted) return err(stoppedError(layer, call, 'none'));
      return projectUrl === undefined ? err(noAddress(layer)) : ok({ url: projectUrl });
    },
    keys: async (_input, call) =>
      read(keys, 'list of keys', await tools.call('get_publishable_keys', {}, call)).map(({ keys: all }) =>
        all.map(({ name, api_key: apiKey, type }) => ({ name, apiKey, type })),
      ),
    async logs({ sql, from, to }, call) {
      const wrong = wrongWindow(layer, from, to);
      if (wrong !== undefined) return err(wrong);
      const args = { sql, iso_timestamp_start: from, iso_timestamp_end: to };
      return read(logs, 'list of log rows', await tools.unwrapped('query_logs', args, call));
    },
    advisors: async ({ type }, call) =>
      read(advisors, 'advice', await tools.call('get_advisors', { type }, call)).map(({ result }) => result.lints),
    types: async (_input, call) =>
      read(types, 'text of types', await tools.call('generate_typescript_types', {}, call)).map(
        ({ types: typescript }) => ({ typescript }),
      ),
    tables: async ({ schemas = ['public'] }, call) =>
      read(tables, 'list of tables', await tools.call('list_tables', { schemas, verbose: true }, call)).map(
        ({ tables: all }) => all.map((table) => toTable(table, schemas)),
      ),
    extensions: async (_input, call) =>
      read(extensions, 'list of extensions', await tools.call('list_extensions', {}, call)).map(({ extensions: all }) =>
        all.map((each) => ({
          name: each.name,
          defaultVersion: each.default_version,
          installedVersion: each.installed_version,
        })),
      ),
  };
};

type ListedTable = z.infer<typeof tables>['tables'][number];

// One text holds both names, and either may hold a dot: the schemas that were asked for tell them apart.
const toTable = ({ name, rls_enabled, columns }: ListedTable, schemas: readonly string[]): TableSummary => {
  const known = schemas
    .filter((schema) => name.startsWith(`${schema}.`))
    .sort((one, other) => other.length - one.length);
  const schema = known[0] ?? name.slice(0, Math.max(0, name.indexOf('.')));
  return {
    schema,
    name: name.slice(schema.length + 1),
    rowLevelSecurity: rls_enabled,
    columns: (columns ?? []).map((each) => ({ name: each.name, type: each.data_type })),
  };
};

const dayMs = 24 * 60 * 60 * 1000;
const withOffset = /(?:Z|[+-]\d\d:?\d\d)$/i;

const wrongWindow = (layer: string, from: string | undefined, to: string | undefined): LayerError | undefined => {
  const times = [from, to].filter((time) => time !== undefined);
  if (times.some((time) => !withOffset.test(time) || Number.isNaN(Date.parse(time))))
    return wrongLogs(layer, 'A time is no ISO 8601 time with an offset', 'Write times such as 2026-11-22T20:15:00Z.');
  if (from === undefined || to === undefined) return undefined;
  const spanMs = Date.parse(to) - Date.parse(from);
  if (spanMs > 0 && spanMs <= dayMs) return undefined;
  return wrongLogs(layer, 'The span of logs is empty or over a day', 'Ask for a day or less, `from` before `to`.');
};

const wrongLogs = (layer: string, what: string, hint: string): LayerError =>
  layerError({ kind: 'invalid-request', layer, effect: 'none', message: `${what}; nothing was sent.`, hint });

const noAddress = (layer: string): LayerError =>
  layerError({
    kind: 'unsupported',
    layer,
    effect: 'none',
    message: 'The address of the project is not known.',
    hint: 'Give `projectUrl` to the layer.',
  });
