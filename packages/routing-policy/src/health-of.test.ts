import { errorKinds, type ErrorKind } from '@hybrid-supabase/core';
import { healthOf, type Health } from './health-of.js';

const expected: { readonly [K in ErrorKind]: Health } = {
  'invalid-request': 'healthy',
  'not-found': 'healthy',
  conflict: 'healthy',
  denied: 'healthy',
  failed: 'healthy',
  cancelled: 'neither',
  unexpected: 'failing',
  unauthorized: 'neither',
  unsupported: 'neither',
  'rate-limited': 'failing',
  unavailable: 'failing',
  'timed-out': 'failing',
  interrupted: 'failing',
  'invalid-reply': 'failing',
};

test.each(Object.keys(errorKinds) as ErrorKind[])('%s says of the health what the table says', (kind) => {
  expect(healthOf({ kind }, 'mcp-edge')).toBe(expected[kind]);
});

test('a fault of the own edge counts, a fault of what lies behind does not', () => {
  expect(healthOf({ kind: 'unavailable', fault: 'mcp-edge' }, 'mcp-edge')).toBe('failing');
  expect(healthOf({ kind: 'unavailable', fault: 'postgres' }, 'mcp-edge')).toBe('neither');
  expect(healthOf({ kind: 'unavailable', fault: 'postgres' }, 'postgres')).toBe('failing');
});
