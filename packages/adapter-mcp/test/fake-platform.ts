import { request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen } from './listen.js';

/** One branch as the platform tells of it. */
interface PlatformBranch {
  readonly id: string;
  readonly name: string;
  readonly project_ref: string;
  readonly parent_project_ref: string;
  readonly is_default: boolean;
  status: string;
  updated_at: string;
}

/** A Management API with branches, logs, advice and types; everything else is answered by the one behind it, if any. */
export interface FakePlatform {
  readonly url: string;
  readonly branches: PlatformBranch[];
  /** `POST /v1/branches/b1/merge {"…":…}`, in order. */
  readonly seen: readonly string[];
  /** What `GET /v1/projects/…` knows. */
  readonly projects: { readonly id: string; readonly organization_id: string }[];
  /** Statuses that queued work goes through, one for each later look; the work ends with the last. @default it ends at once */
  stages: readonly string[];
  close(): Promise<void>;
}

const deployed = 'FUNCTIONS_DEPLOYED';

interface FakePlatformOptions {
  /** Base of another Management API. @default every other request is answered with 404 */
  readonly behind?: string;
  readonly projectRef?: string;
}

/** Listens on a free port of the loopback interface. */
export const startFakePlatform = async (options: FakePlatformOptions = {}): Promise<FakePlatform> => {
  const { behind, projectRef = 'parentref' } = options;
  const branches: PlatformBranch[] = [];
  const seen: string[] = [];
  const projects: { readonly id: string; readonly organization_id: string }[] = [];
  let ticks = 0;
  let made = 0;
  const pending: { branch: PlatformBranch; stages: string[] }[] = [];
  const stamp = (): string => new Date(Date.UTC(2026, 0, 1) + (ticks += 1)).toISOString();
  const add = (name: string, isDefault: boolean): PlatformBranch => {
    made += 1;
    const ref = isDefault ? projectRef : `branchref${made}`;
    const branch = {
      id: `b${made}`,
      name,
      project_ref: ref,
      parent_project_ref: projectRef,
      is_default: isDefault,
      status: deployed,
      updated_at: stamp(),
    };
    branches.push(branch);
    return branch;
  };
  add('main', true);

  const enter = (branch: PlatformBranch, status: string): void => {
    branch.status = status;
    branch.updated_at = stamp();
  };
  const run = (branch: PlatformBranch): void => {
    const [first = deployed, ...stages] = platform.stages;
    enter(branch, first);
    if (stages.length > 0) pending.push({ branch, stages: [...stages] });
  };
  const look = (): readonly PlatformBranch[] => {
    const shown = branches.map((branch) => ({ ...branch }));
    for (const { branch, stages } of pending) {
      const next = stages.shift();
      if (next !== undefined) enter(branch, next);
    }
    return shown;
  };

  const one = (path: string): PlatformBranch | undefined => branches.find(({ id }) => path.split('/')[3] === id);
  const answerTo = (
    method: string,
    path: string,
    body: Record<string, unknown>,
  ): readonly [number, unknown] | undefined => {
    if (path === `/v1/projects/${projectRef}/branches`) {
      if (method === 'GET') return [200, look()];
      const branch = add(String(body['branch_name']), false);
      run(branch);
      return [201, { ...branch }];
    }
    if (path.startsWith('/v1/branches/')) return onBranch(method, path);
    if (/\/analytics\/endpoints\/logs$/.test(path)) return [200, { result: [{ event_message: 'hello' }] }];
    if (/\/advisors\/\w+$/.test(path)) return [200, { lints: [{ name: 'no_policy', detail: 'a', cache_key: 'k' }] }];
    if (/\/types\/typescript$/.test(path)) return [200, { types: 'export type Json = string' }];
    const project = projects.find(({ id }) => path === `/v1/projects/${id}`);
    return project === undefined ? undefined : [200, project];
  };
  const onBranch = (method: string, path: string): readonly [number, unknown] => {
    const branch = one(path);
    if (branch === undefined) return [404, { message: 'Branch not found' }];
    if (method === 'DELETE') {
      branches.splice(branches.indexOf(branch), 1);
      return [200, { message: 'ok' }];
    }
    run(path.endsWith('/merge') ? (branches[0] ?? branch) : branch);
    return [201, { workflow_run_id: 'run', message: 'ok' }];
  };

  const listener = await listen((response, text, request) => {
    const { method = 'GET', url = '/' } = request;
    const path = url.split('?', 1)[0] ?? '/';
    seen.push(`${method} ${path} ${text}`.trim());
    const answer = answerTo(method, path, text === '' ? {} : JSON.parse(text));
    if (answer !== undefined) return reply(response, ...answer);
    return behind === undefined ? reply(response, 404, { message: 'Not here' }) : pass(behind, request, text, response);
  });
  const platform: FakePlatform = {
    url: listener.url,
    branches,
    seen,
    projects,
    stages: [deployed],
    close: () => listener.close(),
  };
  return platform;
};

const reply = (response: ServerResponse, status: number, body: unknown): void =>
  void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

const pass = (behind: string, request: IncomingMessage, text: string, response: ServerResponse): void => {
  const { method, url = '/', headers } = request;
  const { 'transfer-encoding': _chunked, ...kept } = headers;
  const onward = sendRequest(new URL(url, behind), {
    method,
    agent: false,
    headers: { ...kept, 'content-length': Buffer.byteLength(text) },
  });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, { 'content-type': 'application/json' });
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  onward.end(text);
};
