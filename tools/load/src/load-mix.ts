import { sourceFromBytes, targetToBytes } from '@hybrid-supabase/adapter-supabase';
import type { HybridResult } from '@hybrid-supabase/core';
import type { CallOptions, Hybrid } from '@hybrid-supabase/routing-policy';
import { installSql, sql } from '@hybrid-supabase/sql';

/** One kind of call. */
interface MixedCall {
  /** How often it comes, relative to the others. */
  readonly weight: number;
  run(door: Hybrid, index: number, options: CallOptions): HybridResult<unknown>;
}

const bucket = 'load';
const path = 'load/always-there.txt';
const bytes = Buffer.alloc(4_096, 'load ');

/** Both layers serve some of these: what is infrastructure goes to mcp first, files go to supabase. */
const mix: readonly [MixedCall, ...MixedCall[]] = [
  { weight: 45, run: ({ sql: door }, index, options) => door.read(sql`select ${index}::int8 as n`, options) },
  {
    weight: 10,
    run: ({ sql: door }, index, options) =>
      door.write(sql`insert into public.load_rows (n) values (${index})`, {
        ...options,
        idempotencyKey: `load-${process.pid}-${index}`,
      }),
  },
  { weight: 10, run: ({ buckets }, _index, options) => buckets.get({ id: bucket }, options) },
  { weight: 15, run: ({ files }, _index, options) => files.list({ bucket, prefix: 'load/' }, options) },
  { weight: 15, run: ({ files }, _index, options) => files.download({ bucket, path, to: targetToBytes() }, options) },
  {
    weight: 5,
    run: ({ files }, index, options) =>
      files.upload({ bucket, path: `load/${index % 50}.txt`, body: sourceFromBytes(bytes), upsert: true }, options),
  },
];
const total = mix.reduce((sum, { weight }) => sum + weight, 0);

/** Makes one call of the mix; `share`, from 0 up to 1, decides which. */
export const mixedCall = (door: Hybrid, index: number, share: number, options: CallOptions): HybridResult<unknown> => {
  let left = share * total;
  const chosen = mix.find(({ weight }) => (left -= weight) < 0) ?? mix[0];
  return chosen.run(door, index, options);
};

/** Puts there what the mix reads and writes. Throws when that cannot be done. */
export const prepareMix = async (door: Hybrid): Promise<void> => {
  const table = 'create table public.load_rows (n int8); grant all on public.load_rows to service_role';
  const steps: readonly (() => HybridResult<unknown>)[] = [
    () => door.migrations.apply({ name: 'hybrid_install', query: installSql }),
    () => door.migrations.apply({ name: 'load_rows', query: table }),
    () => door.buckets.create({ id: bucket, public: false }),
    () => door.files.upload({ bucket, path, body: sourceFromBytes(bytes) }),
  ];
  for (const step of steps) {
    const result = await step();
    if (result.isErr()) throw new Error(`The load cannot be prepared: ${result.error.message}`);
  }
};
