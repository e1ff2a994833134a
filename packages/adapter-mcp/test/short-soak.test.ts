import { getEventListeners } from 'node:events';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import fc from 'fast-check';
import { createMcpLayer, stdio } from '../src/index.js';
import { startFakePlatform } from './fake-platform.js';
import { isGone } from './is-gone.js';

const [killAt = []] = fc.sample(fc.uniqueArray(fc.nat({ max: 380 }), { minLength: 4, maxLength: 4 }), {
  seed: 20261122,
  numRuns: 1,
});

test('four hundred mixed calls with four kills: each is answered or interrupted, and nothing is left', async () => {
  const platform = await startFakePlatform({ projectRef: 'ref' });
  const pids: number[] = [];
  const onChildStarted = (pid: number): void => void pids.push(pid);
  const connect = stdio({ accessToken: 'sbp_token', projectRef: 'ref', apiUrl: platform.url, onChildStarted });
  const { ports, close } = createMcpLayer({ connect, projectRef: 'ref' });
  const { signal } = new AbortController();
  const call = () => createTestCall({ signal });
  const asks = [
    () => ports.branches.list({}, call()),
    () => ports.branches.get({ id: 'b1' }, call()),
    () => ports.project.types({}, call()),
    () => ports.project.advisors({ type: 'security' }, call()),
    () => ports.project.logs({ sql: 'select 1' }, call()),
  ];
  const outcomes = new Map<string, number>();
  let due = 0;
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < 400) {
      const index = next++;
      if (killAt.includes(index)) due += 1;
      const pid = pids.at(-1);
      if (due > 0 && pid !== undefined && !isGone(pid)) {
        due -= 1;
        process.kill(pid, 'SIGKILL');
      }
      const result = await asks[index % asks.length]!();
      const outcome = result.isOk() ? 'answered' : `${result.error.kind} ${result.error.effect}`;
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  await close();
  await platform.close();
  expect([...outcomes.keys()].sort()).toEqual(['answered', 'interrupted unknown']);
  expect([...outcomes.values()].reduce((sum, count) => sum + count, 0)).toBe(400);
  expect(pids.length).toBeGreaterThanOrEqual(2);
  expect(pids.every(isGone)).toBe(true);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
});
