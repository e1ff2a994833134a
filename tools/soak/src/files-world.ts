import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { startCountingProxy, type CountingProxy, type Passed } from './counting-proxy.js';

/** What a world is made of. */
export interface FilesWorldOptions {
  /** Where the programs of this package are, as they were built. */
  readonly programs: string;
  /** Everything is in here: the project, the files, what the movers remember. */
  readonly folder: string;
}

/** Which way a file goes. */
export type Way = 'up' | 'down';

/** A local stack that can be killed, a counting relay in front of it, and processes that move files. */
export type FilesWorld = ReturnType<typeof createFilesWorld>;

const MiB = 1024 * 1024;
const bucket = 'soak';

interface Server {
  readonly url: string;
  readonly managementUrl: string;
  readonly projectRef: string;
  readonly serviceRoleKey: string;
  readonly accessToken: string;
}

/** Makes the {@link FilesWorld}; nothing runs yet. */
export const createFilesWorld = ({ programs, folder }: FilesWorldOptions) => {
  let child: ChildProcess | undefined;
  let server: Server | undefined;
  let proxy: CountingProxy | undefined;
  const portOf = (): number => Number(new URL(serverNow().url).port);
  const serverNow = (): Server => {
    if (server === undefined) throw new Error('The local stack is not running.');
    return server;
  };
  const run = (name: 'stack-server' | 'file-mover', values: readonly string[]): ChildProcess =>
    fork(join(programs, `${name}.js`), values, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  return {
    folder,
    async startServer(): Promise<void> {
      const values = [join(folder, 'stack'), server === undefined ? '0' : String(portOf())];
      child = run('stack-server', values);
      let said = '';
      child.stderr?.on('data', (piece: Buffer) => void (said += piece.toString()));
      const told: unknown = await Promise.race([
        once(child, 'message').then(([first]: unknown[]) => first),
        once(child, 'exit').then(() => undefined),
      ]);
      if (!isServer(told)) throw new Error(`The local stack did not start: ${said}`);
      server = told;
      proxy ??= await startCountingProxy(portOf);
    },
    async killServer(): Promise<void> {
      if (child === undefined) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
    async prepare(): Promise<void> {
      const { managementUrl, projectRef, accessToken, url, serviceRoleKey } = serverNow();
      const limited = await fetch(`${managementUrl}/v1/projects/${projectRef}/config/storage`, {
        method: 'PATCH',
        headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
        body: JSON.stringify({ fileSizeLimit: 1024 * MiB }),
      });
      const made = await fetch(`${url}/storage/v1/bucket`, {
        method: 'POST',
        headers: { authorization: `Bearer ${serviceRoleKey}`, 'content-type': 'application/json' },
        body: JSON.stringify({ id: bucket, name: bucket, public: true }),
      });
      if (!limited.ok || !made.ok) throw new Error('The local stack could not be prepared.');
    },
    /** One process that moves one file. */
    mover(way: Way, path: string, file: string): ChildProcess {
      const url = `http://127.0.0.1:${proxy?.port}`;
      return run('file-mover', [way, url, serverNow().serviceRoleKey, bucket, path, file, join(folder, 'state')]);
    },
    passed: (): Passed => proxy?.passed() ?? { up: 0, down: 0 },
    watch: (onPassed: (passed: Passed) => void): void => proxy?.restart(onPassed),
    address: (path: string): string => `${serverNow().url}/storage/v1/object/public/${bucket}/${path}`,
    authorization: () => ({ authorization: `Bearer ${serverNow().serviceRoleKey}` }),
    objectUrl: (path: string): string => `${serverNow().url}/storage/v1/object/${bucket}/${path}`,
    async close(): Promise<void> {
      await proxy?.close();
      if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.disconnect();
      await ended;
    },
  };
};

const isServer = (told: unknown): told is Server =>
  typeof told === 'object' &&
  told !== null &&
  ['url', 'managementUrl', 'projectRef', 'serviceRoleKey', 'accessToken'].every((name) => name in told);
