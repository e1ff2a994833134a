import { lostAnswer } from './lost-answer.js';

const serverError = (code: string, message: string, severity = 'ERROR') =>
  Object.assign(new Error(message), { code, severity, detail: 'Key (card)=(4111) already exists.' });

test.each([
  [serverError('23505', 'duplicate key value'), undefined, 'conflict', 'none'],
  [serverError('25006', 'cannot execute INSERT in a read-only transaction'), undefined, 'denied', 'none'],
  [serverError('XX000', 'server closed', 'FATAL'), undefined, 'interrupted', 'unknown'],
  [serverError('58030', 'could not write', 'PANIC'), undefined, 'unavailable', 'unknown'],
  [serverError('53300', 'no more connections', 'FATAL'), undefined, 'interrupted', 'unknown'],
  [serverError('57014', 'canceling statement', 'FATAL'), undefined, 'timed-out', 'unknown'],
  [serverError('57P01', 'terminating connection', 'FATAL'), undefined, 'interrupted', 'unknown'],
  [Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }), undefined, 'interrupted', 'unknown'],
  [new Error('Connection terminated unexpectedly'), undefined, 'interrupted', 'unknown'],
  [new Error('received invalid response: 3c'), undefined, 'invalid-reply', 'unknown'],
  [new Error('whatever the stream was ended with'), 'too-large', 'invalid-reply', 'unknown'],
  [new Error('whatever the stream was ended with'), 'garbled', 'invalid-reply', 'unknown'],
  ['a string', undefined, 'interrupted', 'unknown'],
] as const)('%s with the fault %s is %s, effect %s', (cause, fault, kind, effect) => {
  const error = lostAnswer('postgres', cause, fault);
  expect(error).toMatchObject({ kind, effect, layer: 'postgres' });
  expect(error.hint).toBeTruthy();
  expect(`${error.message} ${error.hint}`).not.toContain('4111');
});
