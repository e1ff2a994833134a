import { createVersionClock } from './version-clock.js';

const now = () => new Date('2030-12-31T23:59:58.999Z');

test('two databases get different versions in the same second', () => {
  const clock = createVersionClock(now);
  expect([clock.next(undefined), clock.next(undefined), clock.next('20301231235958')]).toEqual([
    '20301231235958',
    '20301231235959',
    '20310101000000',
  ]);
});

test('a database that is ahead gets a later one', () => {
  expect(createVersionClock(now).next('20310101000005')).toBe('20310101000006');
});
