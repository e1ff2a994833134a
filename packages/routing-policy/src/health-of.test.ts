import { errorKinds, type ErrorKind, type Fate, type Layer } from '@hybrid-supabase/core';
import { commonGroundOf, healthOf, type Health } from './health-of.js';

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

const ground: ReadonlySet<Fate> = new Set<Fate>(['postgres']);
const standingOn = (...sharedFate: readonly Fate[]): Layer => ({ sharedFate }) as Layer;

test.each(Object.keys(errorKinds) as ErrorKind[])('%s says of the health what the table says', (kind) => {
  expect(healthOf({ kind }, ground)).toBe(expected[kind]);
});

test("a fault of what all stand on is nobody's; any other one counts", () => {
  expect(healthOf({ kind: 'unavailable', fault: 'postgres' }, ground)).toBe('neither');
  expect(healthOf({ kind: 'unavailable', fault: 'management-api' }, ground)).toBe('failing');
});

test('the common ground is what every layer stands on', () => {
  const layers = [standingOn('mcp-edge', 'management-api', 'postgres'), standingOn('rest-api', 'postgres')];
  expect([...commonGroundOf(layers)]).toEqual(['postgres']);
  expect([...commonGroundOf([...layers, standingOn('storage-api')])]).toEqual([]);
});
