import { err, ok, type Result } from 'neverthrow';
import { z } from 'zod';

/** What the MCP layer needs. */
export interface McpSettings {
  readonly accessToken: string;
  readonly projectRef: string;
  /** Base address of the Management API; the hosted one when left out. */
  readonly apiUrl?: string;
}

/** What the supabase layer needs. */
export interface SupabaseSettings {
  readonly url: string;
  readonly serviceRoleKey: string;
}

/** What the postgres layer needs. */
export interface PostgresSettings {
  readonly connectionString: string;
}

/** Which layers the environment allows, and what the others would need. */
export interface Settings {
  readonly mcp?: McpSettings;
  readonly supabase?: SupabaseSettings;
  readonly postgres?: PostgresSettings;
  /** For each layer that is not there: the variables that are missing. */
  readonly missing: Readonly<Partial<Record<LayerName, readonly Variable[]>>>;
}

/** Why there are no settings. Values are never repeated: they may be secrets. */
export interface SettingsError {
  readonly kind: 'invalid-variable' | 'no-layer';
  readonly message: string;
  readonly hint: string;
}

/** The variables that decide which layers exist. */
export const variables = [
  'SUPABASE_URL',
  'SUPABASE_SERVICE_ROLE_KEY',
  'SUPABASE_ACCESS_TOKEN',
  'SUPABASE_PROJECT_REF',
  'SUPABASE_DB_URL',
] as const;
/** One of {@link variables}. */
export type Variable = (typeof variables)[number];

const address = z.url({ protocol: /^https?$/ });
const secret = z.string().regex(/^[\x21-\x7e]+$/);
/** Optional everywhere: a variable that is set to nothing counts as not set. */
const schema = {
  SUPABASE_URL: { value: address, expected: 'an http(s) address such as https://<ref>.supabase.co' },
  SUPABASE_SERVICE_ROLE_KEY: { value: secret, expected: "the project's service role or secret key, without spaces" },
  SUPABASE_ACCESS_TOKEN: { value: secret, expected: 'a personal access token, without spaces' },
  SUPABASE_PROJECT_REF: {
    value: z.string().regex(/^[a-z0-9]{8,40}$/),
    expected: 'the reference of a project: lower-case letters and digits',
  },
  SUPABASE_DB_URL: {
    value: z.url({ protocol: /^postgres(ql)?$/ }),
    expected: 'a connection string such as postgresql://postgres:<password>@<host>:5432/postgres',
  },
  SUPABASE_API_URL: { value: address, expected: 'an http(s) address of a Management API' },
} as const;

const needs = {
  mcp: ['SUPABASE_ACCESS_TOKEN', 'SUPABASE_PROJECT_REF'],
  supabase: ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY'],
  postgres: ['SUPABASE_DB_URL'],
} as const satisfies Record<string, readonly Variable[]>;
/** The layers that can be composed here. */
export type LayerName = keyof typeof needs;

/** Reads the layers from environment variables. A wrong value, or no layer at all, is one clear error. */
export const readSettings = (
  environment: Readonly<Record<string, string | undefined>>,
): Result<Settings, SettingsError> => {
  const given = withoutEmpty(environment);
  for (const [name, { value, expected }] of Object.entries(schema)) {
    if (given[name] !== undefined && !value.safeParse(given[name]).success) return err(invalid(name, expected));
  }
  const missing = missingOf(given);
  const settings = { ...mcpOf(given), ...supabaseOf(given), ...postgresOf(given), missing };
  return settings.mcp || settings.supabase || settings.postgres ? ok(settings) : err(noLayer(missing));
};

type Given = Readonly<Record<string, string>>;

const withoutEmpty = (environment: Readonly<Record<string, string | undefined>>): Given =>
  Object.fromEntries(
    Object.keys(schema).flatMap((name) => {
      const value = environment[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );

const missingOf = (given: Given): Settings['missing'] =>
  Object.fromEntries(
    Object.entries(needs).flatMap(([layer, names]) => {
      const absent = names.filter((name) => given[name] === undefined);
      return absent.length > 0 ? [[layer, absent]] : [];
    }),
  );

const mcpOf = (given: Given): Pick<Settings, 'mcp'> => {
  const { SUPABASE_ACCESS_TOKEN: accessToken, SUPABASE_PROJECT_REF: projectRef, SUPABASE_API_URL: apiUrl } = given;
  if (accessToken === undefined || projectRef === undefined) return {};
  return { mcp: { accessToken, projectRef, ...(apiUrl === undefined ? {} : { apiUrl }) } };
};

const supabaseOf = (given: Given): Pick<Settings, 'supabase'> => {
  const { SUPABASE_URL: url, SUPABASE_SERVICE_ROLE_KEY: serviceRoleKey } = given;
  return url === undefined || serviceRoleKey === undefined ? {} : { supabase: { url, serviceRoleKey } };
};

const postgresOf = ({ SUPABASE_DB_URL: connectionString }: Given): Pick<Settings, 'postgres'> =>
  connectionString === undefined ? {} : { postgres: { connectionString } };

const invalid = (name: string, expected: string): SettingsError => ({
  kind: 'invalid-variable',
  message: `${name} is not valid: expected ${expected}.`,
  hint: `Correct ${name}, or unset it to do without the layer that needs it.`,
});

const noLayer = (missing: Settings['missing']): SettingsError => ({
  kind: 'no-layer',
  message: `No layer can be reached: ${Object.entries(missing)
    .map(([layer, names]) => `${layer} needs ${names.join(' and ')}`)
    .join('; ')}.`,
  hint: 'Set the variables of at least one layer, or use --local for the embedded stack.',
});
