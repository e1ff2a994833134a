import { createHash, randomBytes } from 'node:crypto';
import { createSupabaseLayer, sourceFromBytes, targetToBytes } from '@hybrid-supabase/adapter-supabase';
import type { Layer, ListedFile } from '@hybrid-supabase/core';
import { startStackElsewhere, type StackElsewhere } from '@hybrid-supabase/rig/stack-elsewhere';
import { createHybrid, type Hybrid } from '@hybrid-supabase/routing-policy';
import { StorageClient } from '@supabase/storage-js';
import type { ResultAsync } from 'neverthrow';
import { Upload } from 'tus-js-client';
import type { Benchmark, Comparison } from './comparison.js';

const KiB = 1024;
const MiB = 1024 * KiB;
const bucket = 'bench';
/** Times, so the smaller is the better: at least 0.95 of the peer's throughput. */
const target = 1 / 0.95;

/** Files of one size, as many at once as `concurrency`. */
interface FileSet {
  readonly label: string;
  readonly count: number;
  readonly sizeBytes: number;
  readonly concurrency: number;
  readonly rounds: number;
}

const small: readonly FileSet[] = [
  { label: '1,000 files of 4 KiB', count: 1000, sizeBytes: 4 * KiB, concurrency: 8, rounds: 15 },
  { label: '100 files of 256 KiB', count: 100, sizeBytes: 256 * KiB, concurrency: 8, rounds: 41 },
];
const large: readonly FileSet[] = [
  { label: '8 files of 32 MiB', count: 8, sizeBytes: 32 * MiB, concurrency: 4, rounds: 11 },
  { label: 'one file of 256 MiB', count: 1, sizeBytes: 256 * MiB, concurrency: 1, rounds: 11 },
];

interface Bench {
  readonly stack: StackElsewhere;
  readonly door: Hybrid;
  readonly peer: StorageClient;
}

/** Files through the door against raw storage-js and tus-js-client, on the local stack; our times include verification. */
export const filesBench = async (): Promise<Benchmark> => {
  const stack = await startStackElsewhere();
  const key = stack.serviceRoleKey;
  const layer: Layer = createSupabaseLayer({ url: stack.url, key });
  const door = createHybrid({ layers: [layer] });
  const peer = new StorageClient(`${stack.url}/storage/v1`, { apikey: key, authorization: `Bearer ${key}` });
  const bench: Bench = { stack, door, peer };
  await raiseLimit(stack);
  await served(door.buckets.create({ id: bucket, public: false }));
  return {
    comparisons: [
      ...small.flatMap((set) => [smallUploads(bench, set), smallDownloads(bench, set)]),
      ...large.map((set) => largeUploads(bench, set)),
    ],
    close: async () => {
      await door.close();
      await stack.stop();
    },
  };
};

/** A new project takes 50 MiB a file. */
const raiseLimit = async ({ managementUrl, projectRef, accessToken }: StackElsewhere): Promise<void> => {
  const answer = await fetch(`${managementUrl}/v1/projects/${projectRef}/config/storage`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ fileSizeLimit: 4 * KiB * MiB }),
  });
  if (!answer.ok) throw new Error(`The project did not take the limit: ${answer.status}.`);
};

const smallUploads = ({ door, peer }: Bench, set: FileSet): Comparison => {
  const bytes = randomBytes(set.sizeBytes);
  const md5 = createHash('md5').update(bytes).digest('hex');
  const folder = folders();
  return {
    ...comparisonOf(`up: ${set.label}`, set, 'storage-js'),
    ours: async () => {
      const prefix = folder();
      return timed(async () => {
        await eachOf(set, (path) =>
          served(door.files.upload({ bucket, path: prefix + path, body: sourceFromBytes(bytes) })),
        );
        const wrong = (await listed(door, prefix)).filter(({ etag }) => etag !== `"${md5}"`);
        if (wrong.length > 0) throw new Error(`${wrong.length} uploads of the benchmark are not what was sent.`);
      });
    },
    peer: async () => {
      const prefix = folder();
      return timed(() =>
        eachOf(set, async (path) => {
          const { error } = await peer
            .from(bucket)
            .upload(prefix + path, bytes, { contentType: 'application/octet-stream' });
          if (error) throw error;
        }),
      );
    },
  };
};

const smallDownloads = ({ door, peer }: Bench, set: FileSet): Comparison => {
  const bytes = randomBytes(set.sizeBytes);
  const prefix = `down-${set.sizeBytes}/`;
  let isReady = false;
  const prepare = async (): Promise<void> => {
    if (isReady) return;
    isReady = true;
    await eachOf(set, (path) =>
      served(door.files.upload({ bucket, path: prefix + path, body: sourceFromBytes(bytes) })),
    );
  };
  return {
    ...comparisonOf(`down: ${set.label}`, set, 'storage-js'),
    ours: async () => {
      await prepare();
      return timed(() =>
        eachOf(set, async (path) => {
          await served(door.files.download({ bucket, path: prefix + path, to: targetToBytes() }));
        }),
      );
    },
    peer: async () => {
      await prepare();
      return timed(() =>
        eachOf(set, async (path) => {
          const { data, error } = await peer.from(bucket).download(prefix + path);
          if (error) throw error;
          if ((await data.arrayBuffer()).byteLength !== set.sizeBytes) throw new Error('The peer lost bytes.');
        }),
      );
    },
  };
};

const largeUploads = ({ door, stack }: Bench, set: FileSet): Comparison => {
  const bytes = randomBytes(set.sizeBytes);
  const upsert = true;
  return {
    ...comparisonOf(`up: ${set.label}`, set, 'tus-js-client'),
    ours: () =>
      timed(() =>
        eachOf(set, async (path) => {
          await served(door.files.upload({ bucket, path: `large/${path}`, body: sourceFromBytes(bytes), upsert }));
        }),
      ),
    peer: () => timed(() => eachOf(set, (path) => tusUpload(stack, `large-peer/${path}`, bytes))),
  };
};

const tusUpload = ({ url, serviceRoleKey }: StackElsewhere, objectName: string, bytes: Buffer): Promise<void> =>
  new Promise((resolve, reject) => {
    const upload = new Upload(bytes, {
      endpoint: `${url}/storage/v1/upload/resumable`,
      headers: { authorization: `Bearer ${serviceRoleKey}`, 'x-upsert': 'true' },
      metadata: { bucketName: bucket, objectName, contentType: 'application/octet-stream' },
      chunkSize: 6 * MiB,
      uploadDataDuringCreation: true,
      storeFingerprintForResuming: false,
      onError: reject,
      onSuccess: () => resolve(),
    });
    upload.start();
  });

const comparisonOf = (name: string, { rounds }: FileSet, peerName: string): Omit<Comparison, 'ours' | 'peer'> => ({
  name,
  unit: 'ms',
  peerName,
  target,
  statistics: ['p50'],
  rounds,
});

const folders = () => {
  let made = 0;
  return (): string => `up-${(made += 1)}-${Date.now()}/`;
};

const timed = async (work: () => Promise<void>): Promise<readonly number[]> => {
  const startMs = performance.now();
  await work();
  return [performance.now() - startMs];
};

const eachOf = async ({ count, concurrency }: FileSet, work: (path: string) => Promise<void>): Promise<void> => {
  let next = 0;
  const lane = async (): Promise<void> => {
    while (next < count) await work(`file-${String((next += 1)).padStart(5, '0')}`);
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
};

const listed = async (door: Hybrid, prefix: string): Promise<readonly ListedFile[]> => {
  const found: ListedFile[] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const page: Awaited<ReturnType<typeof door.files.list>> = await door.files.list({ bucket, prefix, after });
    if (page.isErr()) throw new Error(`A list of the benchmark failed: ${page.error.message}`);
    found.push(...page.value.data.items);
    after = page.value.data.next;
  }
  return found;
};

/** A benchmark of failures would be quick and worth nothing. */
const served = async (answer: ResultAsync<unknown, { readonly message: string }>): Promise<void> => {
  const result = await answer;
  if (result.isErr()) throw new Error(`A call of the benchmark failed: ${result.error.message}`);
};
