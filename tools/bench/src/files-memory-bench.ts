import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startStackElsewhere, type StackElsewhere } from '@hybrid-supabase/rig/stack-elsewhere';
import type { Benchmark, Comparison } from './comparison.js';

const MiB = 1024 * 1024;
const bucket = 'big';
const largeFileBytes = 2048 * MiB;
const listedObjects = 200_000;

interface World {
  readonly stack: StackElsewhere;
  readonly folder: string;
}

/** How much memory a process needs above what it has when idle: large files through one door, and a long list. */
export const filesMemoryBench = async (): Promise<Benchmark> => {
  const stack = await startStackElsewhere();
  const world: World = { stack, folder: await mkdtemp(join(tmpdir(), 'hybrid-big-')) };
  await raiseLimit(world);
  await ask(`${stack.url}/storage/v1/bucket`, 'POST', stack.serviceRoleKey, { id: bucket, name: bucket });
  return {
    comparisons: [
      growth('peak memory: one file of 2 GiB up', 96, () => upload(world)),
      growth('peak memory: one file of 2 GiB down', 96, () => download(world)),
      growth('peak memory: listing 200,000 objects', 64, () => list(world)),
    ],
    close: async () => {
      await stack.stop();
      await rm(world.folder, { recursive: true, force: true });
    },
  };
};

/** Takes minutes and hardly varies, so that it is measured once, however many rounds are asked for. */
const growth = (name: string, limitMiB: number, grownBytes: () => Promise<number>): Comparison => {
  let measured: Promise<number> | undefined;
  return {
    ...{ name, unit: 'bytes', peerName: 'limit', target: 1, statistics: ['p50'], rounds: 1 },
    ours: async () => [await (measured ??= grownBytes())],
    peer: async () => [limitMiB * MiB],
  };
};

const upload = async (world: World): Promise<number> => {
  const file = join(world.folder, 'up');
  const handle = await open(file, 'w');
  await handle.truncate(largeFileBytes);
  await handle.close();
  return inChild(world, 'up', { path: 'large', file, expected: largeFileBytes });
};

const download = async (world: World): Promise<number> => {
  const file = join(world.folder, 'down');
  const grown = await inChild(world, 'down', { path: 'large', file, expected: largeFileBytes });
  await rm(file);
  await ask(`${world.stack.url}/storage/v1/object/${bucket}/large`, 'DELETE', world.stack.serviceRoleKey, {});
  return grown;
};

const list = async (world: World): Promise<number> => {
  const { managementUrl, projectRef, accessToken } = world.stack;
  const query = `insert into storage.objects (bucket_id, name, version, metadata)
    select '${bucket}', 'folder-' || n % 100 || '/file-' || n, 'v', '{"size":1,"mimetype":"a/b","eTag":"\\"x\\""}'
    from generate_series(1, ${listedObjects}) n`;
  await ask(`${managementUrl}/v1/projects/${projectRef}/database/query`, 'POST', accessToken, { query });
  return inChild(world, 'list', { path: '', file: '', expected: listedObjects });
};

interface Task {
  readonly path: string;
  readonly file: string;
  /** Bytes or objects that must have passed; a benchmark of failures would be small and worth nothing. */
  readonly expected: number;
}

const inChild = async ({ stack }: World, task: string, { path, file, expected }: Task): Promise<number> => {
  const child = fork(new URL('./memory-child.js', import.meta.url), [
    ...[task, stack.url, stack.serviceRoleKey, bucket, path, file],
  ]);
  const [told]: unknown[] = await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => Promise.reject(new Error(`The process that measures "${task}" failed.`))),
  ]);
  if (!isReport(told) || told.done !== expected) throw new Error(`The process that measures "${task}" did not do it.`);
  return told.grownBytes;
};

const isReport = (told: unknown): told is { readonly done: number; readonly grownBytes: number } =>
  typeof told === 'object' && told !== null && 'done' in told && 'grownBytes' in told;

const raiseLimit = (world: World): Promise<void> => {
  const { managementUrl, projectRef, accessToken } = world.stack;
  const address = `${managementUrl}/v1/projects/${projectRef}/config/storage`;
  return ask(address, 'PATCH', accessToken, { fileSizeLimit: 2 * largeFileBytes });
};

const ask = async (address: string, method: string, token: string, body: object): Promise<void> => {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const answer = await fetch(address, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`The project could not be prepared: ${answer.status} ${await answer.text()}`);
};
