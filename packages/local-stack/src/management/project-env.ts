import type { Context } from 'hono';
import type { ManagedProject } from './managed-project.js';

/** Routes below one project's address. */
export interface ProjectEnv {
  Variables: { project: ManagedProject };
}

/** A request to one project. */
export type ProjectRequest = Context<ProjectEnv>;
