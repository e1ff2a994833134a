import { createServer } from 'node:http';
import { once } from 'node:events';
import { isRunning, leftOver, openResources } from './resources.js';

test('a handle that stays open is named, one that is closed is not', async () => {
  const before = openResources();
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  expect(leftOver(before, openResources())).toMatch(/1 TCPSERVERWRAP/i);
  server.close();
  await once(server, 'close');
  // A handle that was closed is gone a turn later.
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(leftOver(before, openResources())).toBe('');
});

test('knows a process that runs from one that does not', () => {
  expect(isRunning(process.pid)).toBe(true);
  expect(isRunning(2 ** 30)).toBe(false);
});
