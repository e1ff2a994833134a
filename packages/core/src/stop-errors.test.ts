import { closedError, closedInFlightError, stoppedError } from './stop-errors.js';

const call = (reason: unknown, deadlineMs = Number.POSITIVE_INFINITY) => ({
  signal: AbortSignal.abort(reason),
  deadlineMs,
});

test.each([
  ['a reason named TimeoutError', call({ name: 'TimeoutError' }), 'timed-out'],
  ['a deadline that has passed', call('given up', 0), 'timed-out'],
  ['any other reason', call('given up'), 'cancelled'],
] as const)('%s', (_name, stopped, kind) => {
  expect(stoppedError('mcp', stopped, 'unknown')).toMatchObject({ kind, effect: 'unknown', layer: 'mcp' });
  expect(stoppedError('mcp', stopped, 'none').message).toContain('Nothing was sent.');
});

test('a closed layer took nothing; what was in flight is in doubt', () => {
  expect(closedError('mcp')).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'closed' });
  expect(closedInFlightError('mcp')).toMatchObject({ kind: 'interrupted', effect: 'unknown', code: 'closed' });
});
