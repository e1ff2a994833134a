import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { access, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilesWorld, Way } from './files-world.js';

/** What came of all transfers so far. */
export interface FilesTally {
  equal: number;
  kills: number;
  serverKills: number;
  partials: number;
  overChunk: number;
  mostTwiceBytes: number;
  starts: number;
  readonly details: string[];
}

/** One transfer and when it is killed. */
export interface TransferPlan {
  readonly way: Way;
  readonly bytes: Buffer;
  readonly path: string;
  readonly killAtBytes: number;
  readonly killsServer: boolean;
}

const MiB = 1024 * 1024;
/** One chunk, and what the protocol itself takes. */
const chunkBytes = 6 * MiB;
const talkBytes = MiB / 4;

/** Moves one file in a process that is killed and started again, and compares what is there in the end. */
export const killedTransfer = async (world: FilesWorld, plan: TransferPlan, tally: FilesTally): Promise<void> => {
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
  if (twiceBytes > chunkBytes + talkBytes) {
    tally.overChunk += 1;
    tally.details.push(`; ${way} ${path}: ${twiceBytes} of ${bytes.length} bytes twice, killed at ${plan.killAtBytes}`);
  }
  await rm(file, { force: true });
};

const untilKilled = async (world: FilesWorld, plan: TransferPlan, file: string, tally: FilesTally): Promise<void> => {
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
  world: FilesWorld,
  { way, path }: TransferPlan,
  file: string,
  tally: FilesTally,
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

const found = async (world: FilesWorld, { way, path }: TransferPlan, file: string): Promise<string> => {
  if (way === 'down') return digestOf(await readFile(file));
  const answer = await ask(world.address(path));
  return digestOf(Buffer.from(await answer.arrayBuffer()));
};

const putObject = async (world: FilesWorld, path: string, bytes: Buffer): Promise<void> => {
  const headers = { ...world.authorization(), 'content-type': 'application/octet-stream', 'x-upsert': 'true' };
  const answer = await ask(world.objectUrl(path), { method: 'POST', headers, body: new Uint8Array(bytes) });
  if (!answer.ok) throw new Error(`An object to be downloaded could not be made: ${await answer.text()}`);
};

/** A connection kept from before the server was killed fails once; both questions may be asked twice. */
const ask = (address: string, init?: RequestInit): Promise<Response> =>
  fetch(address, init).catch(() => fetch(address, init));

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const digestOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
