import { createHash } from 'node:crypto';
import { createRunningDigests } from './running-digests.js';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

test('the sum of bytes that came in a row is known, also in between', () => {
  const digests = createRunningDigests();
  digests.add('v', 0, Buffer.from('ab'));
  expect(digests.of('v', 2)).toBe(md5('ab'));
  digests.add('v', 2, Buffer.from('cd'));
  expect(digests.of('v', 4)).toBe(md5('abcd'));
});

test('bytes that were missed make it unknown, until all begins again', () => {
  const digests = createRunningDigests();
  digests.add('v', 3, Buffer.from('d'));
  expect(digests.of('v', 4)).toBeUndefined();
  digests.add('v', 0, Buffer.from('ab'));
  digests.add('v', 3, Buffer.from('d'));
  expect(digests.of('v', 4)).toBeUndefined();
  digests.add('v', 0, Buffer.from('x'));
  expect(digests.of('v', 1)).toBe(md5('x'));
});

test('a size that differs from what was seen, or a dropped upload, has no sum', () => {
  const digests = createRunningDigests();
  digests.add('v', 0, Buffer.from('ab'));
  expect(digests.of('v', 3)).toBeUndefined();
  digests.drop('v');
  expect(digests.of('v', 2)).toBeUndefined();
});
