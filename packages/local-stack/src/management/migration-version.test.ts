import { nextVersion } from './migration-version.js';

const now = new Date('2030-12-31T23:59:59.999Z');

test.each([
  ['the first is the time', undefined, '20301231235959'],
  ['later than an earlier one: the time', '20301231235958', '20301231235959'],
  ['in the same second: the next second', '20301231235959', '20310101000000'],
  ['after a clock that went ahead: the second after that', '20310101000005', '20310101000006'],
  ['after a name that is no time, still later', '9999', '99990'],
])('%s', (_name, last, version) => {
  expect(nextVersion(now, last)).toBe(version);
});
