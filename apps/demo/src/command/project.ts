import { startLocalStack } from '@hybrid-supabase/local-stack';
import { err, ok, type Result } from 'neverthrow';
import { readSettings, type Settings } from '../settings.js';

/** A project to work on: where its layers are, and how it ends. */
export interface Project {
  readonly settings: Settings;
  /** Counts the rows of a table in `public` by its column `label`, on a connection of its own; absent on a hosted project. */
  readonly countLabels?: (table: string) => Promise<ReadonlyMap<string, number>>;
  close(): Promise<void>;
}

/** Which project. */
export interface ProjectOptions {
  /** The embedded stack instead of the environment. */
  readonly local?: boolean;
  /** Where the embedded stack keeps its data; a temporary folder when left out. */
  readonly data?: string;
  readonly onProgress: (line: string) => void;
}

/** What went wrong, for a person, and how the program ends. */
export interface ProjectError {
  readonly message: string;
  readonly hint: string;
}

/** Finds the project that the options or the environment name. */
export const openProject = async (options: ProjectOptions): Promise<Result<Project, ProjectError>> =>
  options.local || options.data !== undefined ? localProject(options) : environmentProject();

const environmentProject = (): Result<Project, ProjectError> =>
  readSettings(process.env).map((settings) => ({ settings, close: async () => undefined }));

const localProject = async ({ data, onProgress }: ProjectOptions): Promise<Result<Project, ProjectError>> => {
  const started = await startLocalStack({ onProgress, ...(data === undefined ? {} : { dataDirectory: data }) });
  if (started.isErr()) return err(started.error);
  const stack = started.value;
  return ok({
    settings: {
      mcp: { accessToken: stack.accessToken, projectRef: stack.projectRef, apiUrl: stack.managementUrl },
      supabase: { url: stack.url, serviceRoleKey: stack.serviceRoleKey },
      missing: {},
    },
    countLabels: async (table) => {
      const rows = await stack.query(`select label, count(*)::int as times from public."${table}" group by label`);
      return new Map(rows.unwrapOr([]).map((row) => [String(row['label']), Number(row['times'])]));
    },
    close: () => stack.stop(),
  });
};
