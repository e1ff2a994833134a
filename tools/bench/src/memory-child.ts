import { createSupabaseLayer, sourceFromFile, targetToFile } from '@hybrid-supabase/adapter-supabase';
import { createHybrid } from '@hybrid-supabase/routing-policy';

const [task = '', url = '', key = '', bucket = '', path = '', file = ''] = process.argv.slice(2);
const hybrid = createHybrid({ layers: [createSupabaseLayer({ url, key })] });

const tasks: Readonly<Record<string, () => Promise<number>>> = {
  async up() {
    const body = (await sourceFromFile(file))._unsafeUnwrap();
    return (await hybrid.files.upload({ bucket, path, body, upsert: true }))._unsafeUnwrap().data.sizeBytes;
  },
  async down() {
    return (await hybrid.files.download({ bucket, path, to: targetToFile(file) }))._unsafeUnwrap().data.sizeBytes;
  },
  async list() {
    let count = 0;
    for (let after: string | undefined = ''; after !== undefined;) {
      const page: Awaited<ReturnType<typeof hybrid.files.list>> = await hybrid.files.list({ bucket, after });
      const { items, next } = page._unsafeUnwrap().data;
      count += items.length;
      after = next;
    }
    return count;
  },
};

const work = tasks[task];
if (work === undefined) throw new Error(`No such task: ${task}`);
const highWaterBytes = (): number => process.resourceUsage().maxRSS * 1024;

// Everything a first call loads belongs to what is idle.
(await hybrid.buckets.list())._unsafeUnwrap();
globalThis.gc?.();
const idleBytes = process.memoryUsage.rss();
const before = highWaterBytes();
let sampled = idleBytes;
const sampler = setInterval(() => (sampled = Math.max(sampled, process.memoryUsage.rss())), 5);
const done = await work();
clearInterval(sampler);
const after = highWaterBytes();
// The kernel's own high-water mark misses nothing; until it passes that of the start, the samples are all there is.
process.send?.({ done, grownBytes: (after > before ? after : sampled) - idleBytes });
await hybrid.close();
process.disconnect();
