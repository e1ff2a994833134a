import type { LocalStack } from '../src/index.js';
import { jsonReply, type JsonReply } from './stack-client.js';
import { until } from './stack-process.js';

/** What the tests look at of a branch. */
export interface SeenBranch {
  readonly id: string;
  readonly name: string;
  readonly project_ref: string;
  readonly is_default: boolean;
  readonly status: string;
  readonly updated_at: string;
}

/** The Management API below `/v1`, with a branch's life in words. */
export function createBranchClient(stack: LocalStack) {
  async function call(method: string, path: string, body?: unknown): Promise<JsonReply> {
    const reply = await fetch(`${stack.managementUrl}/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${stack.accessToken}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return jsonReply(reply);
  }

  async function list(): Promise<readonly SeenBranch[]> {
    const { body } = await call('GET', `/projects/${stack.projectRef}/branches`);
    return Array.isArray(body) ? body : [];
  }

  async function seen(id: string): Promise<SeenBranch> {
    const found = (await list()).find((branch) => branch.id === id);
    if (found === undefined) throw new Error('The branch is not in the list.');
    return found;
  }

  /** Every state from now on to the end of the run. */
  async function statesOf(id: string): Promise<readonly string[]> {
    const states = new Set<string>();
    await until(async () => {
      const { status } = await seen(id);
      states.add(status);
      return status === 'FUNCTIONS_DEPLOYED' || status.endsWith('_FAILED');
    });
    return [...states];
  }

  async function create(name: string): Promise<SeenBranch> {
    const { status, body } = await call('POST', `/projects/${stack.projectRef}/branches`, { branch_name: name });
    if (status !== 201) throw new Error(`The branch was not made: ${status} ${JSON.stringify(body)}`);
    const made = (await list()).find((branch) => branch.name === name);
    if (made === undefined) throw new Error('The branch is not in the list.');
    return made;
  }

  const query = (ref: string, text: string): Promise<JsonReply> =>
    call('POST', `/projects/${ref}/database/query`, { query: text });
  const migrate = (ref: string, name: string, text: string): Promise<JsonReply> =>
    call('POST', `/projects/${ref}/database/migrations`, { name, query: text });
  const migrations = async (ref: string): Promise<readonly { readonly version: string; readonly name: string }[]> => {
    const { body } = await call('GET', `/projects/${ref}/database/migrations`);
    return Array.isArray(body) ? body : [];
  };
  const namesOf = async (ref: string): Promise<readonly string[]> => (await migrations(ref)).map(({ name }) => name);

  return { call, list, seen, statesOf, create, query, migrate, migrations, namesOf };
}

/** The databases of branches on the stack's server. */
export async function branchDatabases(stack: LocalStack): Promise<readonly unknown[]> {
  const rows = await stack.query(`select datname from pg_database where datname like 'hybrid_branch_%' order by 1`);
  return rows.isOk() ? rows.value.map(({ datname }) => datname) : [rows.error];
}
