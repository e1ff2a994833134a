import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { HybridError, ListedFile, Page } from '@hybrid-supabase/core';
import { errAsync, okAsync } from 'neverthrow';
import { listAll } from './list-all.js';

const file = (path: string): ListedFile => ({
  ...{ bucket: 'b', path, id: path, sizeBytes: 1, contentType: 'text/plain', etag: '"1"' },
  updatedAt: '2026-11-22T20:00:00.000Z',
});
const served = (data: Page<ListedFile>) => okAsync({ data, layer: 'l', trail: [] });
const failure: HybridError = {
  ...{ kind: 'unavailable', operation: 'files.list', effect: 'none', message: 'down', trail: [] },
};
const collect = async (list: Parameters<typeof listAll>[0]['list'], limit?: number) => {
  const seen: string[] = [];
  for await (const item of listAll({ list }, { bucket: 'b', ...(limit !== undefined && { limit }) }))
    seen.push(
      item.match(
        ({ path }) => path,
        ({ code, kind }) => code ?? kind,
      ),
    );
  return seen;
};

test('goes from page to page until there is no next one', async () => {
  const asked: (string | undefined)[] = [];
  const seen = await collect(({ after }) => {
    asked.push(after);
    return served(after === undefined ? { items: [file('a'), file('b')], next: 'b' } : { items: [file('c')] });
  });
  expect([seen, asked]).toEqual([
    ['a', 'b', 'c'],
    [undefined, 'b'],
  ]);
});

test('an error is the last thing that comes, after what was there before it', async () => {
  const seen = await collect(({ after }) =>
    after === undefined ? served({ items: [file('a')], next: 'a' }) : errAsync(failure),
  );
  expect(seen).toEqual(['a', 'unavailable']);
});

test('a service that goes on in the same place is found out', async () => {
  expect(await collect(() => served({ items: [file('a')], next: 'a' }))).toEqual(['a', 'a', 'ListStandsStill']);
});

test('asks for no page that nobody wants', async () => {
  let pages = 0;
  const list = () => {
    pages += 1;
    return served({ items: [file(`${pages}`), file(`${pages}+`)], next: `${pages}+` });
  };
  for await (const item of listAll({ list }, { bucket: 'b' })) if (item.isOk()) break;
  expect(pages).toBe(1);
});

test('fifty thousand objects take the memory of a page', async () => {
  // What is garbage already says nothing about what is held.
  setFlagsFromString('--expose-gc');
  const collectGarbage: unknown = runInNewContext('gc');
  const heldBytes = (): number => {
    if (typeof collectGarbage === 'function') collectGarbage();
    return process.memoryUsage().heapUsed;
  };
  const page = 1000;
  const list = ({ after = '0' }: { readonly after?: string }) => {
    const from = Number(after);
    const items = Array.from({ length: page }, (_, at) => file(String(from + at + 1)));
    return served({ items, ...(from + page < 50_000 && { next: String(from + page) }) });
  };
  let count = 0;
  let mostBytes = 0;
  const idleBytes = heldBytes();
  for await (const item of listAll({ list }, { bucket: 'b' })) {
    if (item.isOk()) count += 1;
    if (count % 10_000 === 0) mostBytes = Math.max(mostBytes, heldBytes() - idleBytes);
  }
  expect(count).toBe(50_000);
  expect(mostBytes).toBeLessThan(8 * 1024 * 1024);
}, 60_000);
