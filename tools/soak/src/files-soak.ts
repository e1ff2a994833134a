import { fork, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { access, chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCountingProxy, type CountingProxy, type Passed } from './counting-proxy.js';
import { seededRandom } from './seeded-random.js';
import type { SoakCheck, SoakResult } from './soak.js';

/** A program of this package and how Node runs it: as built, or from its source. */
export interface SoakProgram {
  readonly file: string;
  readonly nodeOptions: readonly string[];
}

/** How long and how rough. */
export interface FilesSoakOptions {
  /** So many uploads and as many downloads, each killed once. */
  readonly transfers: number;
  readonly largestMiB: number;
  readonly seed: number;
  readonly programOf: (name: 'stack-server' | 'file-mover') => SoakProgram;
  onProgress?(line: string): void;
}

/** A run over files. */
export type FilesSoak = (options: FilesSoakOptions) => Promise<SoakResult>;

const MiB = 1024 * 1024;
/** One chunk, and what the protocol itself takes. */
const chunkBytes = { up: 6 * MiB, down: 8 * MiB } as const;
const talkBytes = MiB / 4;
const bucket = 'soak';

interface Server {
  readonly url: string;
  readonly managementUrl: string;
  readonly projectRef: string;
  readonly serviceRoleKey: string;
  readonly accessToken: string;
}

/** Uploads and downloads, each in a process that is killed at a random byte and started again; in a quarter of them the server is killed too. */
export const filesSoak: FilesSoak = async (options) => {
  const startMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-soak-'));
  // The database has a user of its own where this one may not run it.
  await chmod(folder, 0o755);
  const world = createWorld(options, folder);
  try {
    await world.startServer();
    await world.prepare();
    const tally = await runAll(world, options);
    const checks = checksOf(tally, options.transfers * 2);
    const { details: _details, ...counts } = tally;
    const tookMs = performance.now() - startMs;
    return { soak: 'files', seed: options.seed, tookMs, counts, checks, ok: checks.every(({ ok }) => ok) };
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const checksOf = ({ equal, partials, overChunk, kills, details }: Tally, all: number): readonly SoakCheck[] => [
  { name: 'every object ends byte-equal', ok: equal === all, found: `${equal} of ${all}` },
  { name: 'every process was killed once', ok: kills === all, found: `${kills} of ${all}` },
  { name: 'no final name held a part of a file', ok: partials === 0, found: `${partials}` },
  {
    name: 'at most one chunk a kill is sent twice',
    ok: overChunk === 0,
    found: `${overChunk} sent more${details.join('')}`,
  },
];

interface Tally {
  equal: number;
  kills: number;
  serverKills: number;
  partials: number;
  overChunk: number;
  mostTwiceBytes: number;
  starts: number;
  readonly details: string[];
}

const createWorld = ({ programOf }: FilesSoakOptions, folder: string) => {
  let child: ChildProcess | undefined;
  let server: Server | undefined;
  let proxy: CountingProxy | undefined;
  const portOf = (): number => Number(new URL(serverNow().url).port);
  const serverNow = (): Server => {
    if (server === undefined) throw new Error('The local stack is not running.');
    return server;
  };
  const run = (name: 'stack-server' | 'file-mover', values: readonly string[]): ChildProcess => {
    const { file, nodeOptions } = programOf(name);
    return fork(file, values, { execArgv: [...nodeOptions], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  };
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

type World = ReturnType<typeof createWorld>;
type Way = 'up' | 'down';

const runAll = async (world: World, options: FilesSoakOptions): Promise<Tally> => {
  const random = seededRandom(options.seed);
  const zero = { equal: 0, kills: 0, serverKills: 0, partials: 0, overChunk: 0, mostTwiceBytes: 0, starts: 0 };
  const tally: Tally = { ...zero, details: [] };
  for (let number = 0; number < options.transfers * 2; number += 1) {
    const way: Way = number % 2 === 0 ? 'up' : 'down';
    const sizeBytes = Math.floor(MiB + random() * (options.largestMiB - 1) * MiB);
    const killAtBytes = Math.floor(random() * sizeBytes);
    const plan = { way, bytes: randomBytes(sizeBytes), killAtBytes, killsServer: random() < 0.25 };
    await transfer(world, { ...plan, path: `file-${number}` }, tally);
    options.onProgress?.(`${number + 1} of ${options.transfers * 2}`);
  }
  return tally;
};

interface Plan {
  readonly way: Way;
  readonly bytes: Buffer;
  readonly path: string;
  readonly killAtBytes: number;
  readonly killsServer: boolean;
}

const transfer = async (world: World, plan: Plan, tally: Tally): Promise<void> => {
  const { way, bytes, path } = plan;
  const file = join(world.folder, path);
  if (way === 'up') await writeFile(file, bytes);
  else await putObject(world, path, bytes);
  await untilKilled(world, plan, file, tally);
  if (way === 'down' && (await exists(file)) && !(await readFile(file)).equals(bytes)) tally.partials += 1;
  if (plan.killsServer) {
    await world.startServer();
    tally.serverKills += 1;
  }
  const failure = await untilDone(world, plan, file, tally);
  const total = world.passed()[way];
  const isEqual = failure === undefined && (await found(world, plan, file)) === digestOf(bytes);
  if (isEqual) tally.equal += 1;
  else tally.details.push(`; ${way} ${path} of ${bytes.length} bytes: ${failure ?? 'other bytes'}`);
  const twiceBytes = Math.max(0, total - bytes.length);
  tally.mostTwiceBytes = Math.max(tally.mostTwiceBytes, twiceBytes);
  if (twiceBytes > chunkBytes[way] + talkBytes) {
    tally.overChunk += 1;
    tally.details.push(`; ${way} ${path}: ${twiceBytes} of ${bytes.length} bytes twice, killed at ${plan.killAtBytes}`);
  }
  await rm(file, { force: true });
};

const untilKilled = async (world: World, plan: Plan, file: string, tally: Tally): Promise<void> => {
  const mover = world.mover(plan.way, plan.path, file);
  const ended = once(mover, 'exit');
  let killed: Promise<void> | undefined;
  world.watch((passed) => {
    if (passed[plan.way] < plan.killAtBytes || killed !== undefined) return;
    mover.kill('SIGKILL');
    killed = plan.killsServer ? world.killServer() : Promise.resolve();
  });
  await ended;
  await killed;
  if (killed !== undefined) tally.kills += 1;
};

const untilDone = async (
  world: World,
  { way, path }: Plan,
  file: string,
  tally: Tally,
): Promise<string | undefined> => {
  let said = '';
  for (let start = 0; start < 3; start += 1) {
    tally.starts += 1;
    const mover = world.mover(way, path, file);
    said = '';
    mover.stderr?.on('data', (piece: Buffer) => void (said += piece.toString()));
    const [code]: unknown[] = await once(mover, 'close');
    if (code === 0) return undefined;
  }
  return said.trim();
};

const found = async (world: World, { way, path }: Plan, file: string): Promise<string> => {
  if (way === 'down') return digestOf(await readFile(file));
  const answer = await fetch(world.address(path));
  return digestOf(Buffer.from(await answer.arrayBuffer()));
};

const putObject = async (world: World, path: string, bytes: Buffer): Promise<void> => {
  const headers = { ...world.authorization(), 'content-type': 'application/octet-stream', 'x-upsert': 'true' };
  const answer = await fetch(world.objectUrl(path), { method: 'POST', headers, body: new Uint8Array(bytes) });
  if (!answer.ok) throw new Error(`An object to be downloaded could not be made: ${await answer.text()}`);
};

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

const isServer = (told: unknown): told is Server =>
  typeof told === 'object' &&
  told !== null &&
  ['url', 'managementUrl', 'projectRef', 'serviceRoleKey', 'accessToken'].every((name) => name in told);
