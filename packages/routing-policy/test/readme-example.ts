import type { Layer, OperationSemantics, Ports, Statement } from '@hybrid-supabase/core';
import { createHybrid, definePolicy } from '../src/index.js';

/** What a program that follows the README has at hand from other packages. */
export interface ReadmeParts {
  readonly mcp: Layer<Pick<Ports, 'sql' | 'buckets'>>;
  readonly supabase: Layer<Pick<Ports, 'sql' | 'buckets'>>;
  readonly sqlSemantics: OperationSemantics;
  sql(texts: TemplateStringsArray, ...values: Statement['values']): Statement;
}

/** The program of the README between its two marks, word by word. */
export async function readmeExample({ mcp, supabase, sqlSemantics, sql }: ReadmeParts, console: Pick<Console, 'log'>) {
  // README begins
  const hybrid = createHybrid({ layers: [mcp, supabase], semantics: sqlSemantics });

  const buckets = await hybrid.buckets.list();
  if (buckets.isOk()) console.log(buckets.value.data, buckets.value.layer, buckets.value.trail);

  const insert = sql`insert into orders (id) values (${7})`;
  await hybrid.sql.write(insert, { idempotencyKey: 'order-7', timeoutMs: 5_000 });

  // A unit of work: all of it through one layer and past the cache, so that it reads what it wrote.
  const unit = hybrid.scoped();
  await unit.sql.write(sql`update orders set paid = true where id = ${7}`, { idempotencyKey: 'paid-7' });
  await unit.sql.read(sql`select paid from orders where id = ${7}`);

  // Slow reads are sent a second time; one in a hundred is compared with the other layer, after its answer.
  const reads = { hedge: {}, shadow: { layer: 'supabase', share: 0.01 }, cache: { ttlMs: 1_000 } };
  hybrid.policy.swap(definePolicy({ 'sql.*': { reads } }));

  // Who would be asked first, who next, who not, and why; whether it would come from the cache. Sends nothing.
  const { layers, whenLost, cached } = hybrid.explain('sql.read', sql`select count(*) from orders`);
  console.log(layers, whenLost, cached);
  await hybrid.close();
  // README ends
}
