import { createTestCall } from './create-test-call.js';

test('a call starts with its first attempt, open, with a deadline ahead and without a key', () => {
  const call = createTestCall();
  expect(call.signal.aborted).toBe(false);
  expect(call.deadlineMs).toBeGreaterThan(performance.now());
  expect(call.attempt).toBe(1);
  expect('idempotencyKey' in call).toBe(false);
});

test('a call carries what the test says', () => {
  const said = { idempotencyKey: 'key', attempt: 3, attemptId: 'id', traceparent: '00-1-2-01' };
  expect(createTestCall(said)).toMatchObject(said);
});

test('every call has an attempt id of its own', () => {
  expect(createTestCall().attemptId).not.toBe(createTestCall().attemptId);
});

test.each([
  ['abort', 'AbortError'],
  ['expire', 'TimeoutError'],
] as const)('%s ends the call with an %s', (end, name) => {
  const call = createTestCall();
  call[end]();
  expect(call.signal.reason).toMatchObject({ name });
});

test('a signal from outside ends the call as well', () => {
  const outside = new AbortController();
  const call = createTestCall({ signal: outside.signal });
  outside.abort('enough');
  expect(call.signal.reason).toBe('enough');
});

test('a call keeps the notes and counts the progress', () => {
  const call = createTestCall();
  call.note('reconnected');
  call.progressed();
  call.progressed();
  expect(call.notes).toEqual(['reconnected']);
  expect(call.progressCount()).toBe(2);
});
