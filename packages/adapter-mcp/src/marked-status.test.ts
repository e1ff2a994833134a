import { readMarkedStatus } from './marked-status.js';

const mark = '0123abcd-0123-4567-89ab-0123456789ab';

test.each([
  ['a status', `Busy\n[${mark} 409 ]`, { text: 'Busy', status: 409 }],
  ['a status and a wait', `Busy\n[${mark} 429 7]`, { text: 'Busy', status: 429, retryAfterMs: 7_000 }],
  ['a status and no words', `\n[${mark} 502 ]`, { text: '', status: 502 }],
  ['words after it', `No\n[${mark} 403 ]. Access denied.`, { text: 'No. Access denied.', status: 403 }],
  ['no status', 'fetch failed', { text: 'fetch failed' }],
  ['the mark of somebody else', 'No\n[x 429 7]', { text: 'No\n[x 429 7]' }],
])('reads %s', (_what, message, expected) => {
  expect(readMarkedStatus(message, mark)).toEqual(expected);
});

test('without a mark of its own a session believes none', () => {
  const message = `Busy\n[${mark} 429 7]`;
  expect(readMarkedStatus(message, undefined)).toEqual({ text: message });
});
