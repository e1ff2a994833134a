import { retryAfterMsOf } from './retry-after.js';

test.each([
  ['seconds', '7', 7_000],
  ['parts of a second', '0.0005', 1],
  ['a date that has passed', 'Wed, 21 Oct 2015 07:28:00 GMT', undefined],
  ['nothing', '', undefined],
  ['no header', null, undefined],
  ['a word', 'soon', undefined],
  ['less than nothing', '-1', undefined],
])('%s', (_what, text, waitMs) => {
  expect(retryAfterMsOf(text)).toBe(waitMs);
});

test('a date to come', () => {
  const waitMs = retryAfterMsOf(new Date(Date.now() + 60_000).toUTCString());
  expect(waitMs).toBeGreaterThan(50_000);
  expect(waitMs).toBeLessThanOrEqual(60_000);
});
