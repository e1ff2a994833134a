import { createTestCall, startFaultyProxy } from '@hybrid-supabase/contract-tests';
import { startLocalStack } from '@hybrid-supabase/local-stack';
import { createMcpLayer, stdio } from '../src/index.js';

const reads = 32;
const read = (n: number) => ({
  text: n === 7 ? 'select 1 / 0 as n' : 'select $1::int4 as n',
  values: n === 7 ? [] : [n],
});

test('reads that wait together travel together, come back apart, and one that fails harms no other', async () => {
  const stack = (await startLocalStack())._unsafeUnwrap();
  const proxy = await startFaultyProxy({ target: stack.managementUrl });
  const { projectRef, accessToken } = stack;
  const connect = stdio({ accessToken, projectRef, apiUrl: proxy.url });
  const layer = createMcpLayer({ connect, projectRef, coalesceReads: true });
  const all = (count: number) =>
    Promise.all(Array.from({ length: count }, (_, n) => layer.ports.sql.read(read(n), createTestCall())));
  try {
    const together = await all(7);
    expect(together.map((result) => result._unsafeUnwrap().rows[0]?.['n'])).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(proxy.requests(/query/)).toBeLessThan(7);
    const mixed = await all(reads);
    expect(mixed.map((result) => (result.isOk() ? result.value.rows[0]?.['n'] : result.error.sqlState))).toEqual(
      Array.from({ length: reads }, (_, n) => (n === 7 ? '22012' : n)),
    );
  } finally {
    await layer.close();
    await proxy.close();
    await stack.stop();
  }
}, 60_000);
