import { uploadOrderOf, withCacheRule } from './resumable-order.js';
import { StorageFailure } from './storage-failure.js';
import { TusFailure } from './tus-failure.js';

const least = { bucketName: 'b', objectName: 'a' };

test.each([
  ['3600', 'max-age=3600'],
  ['0', 'max-age=0'],
  ['max-age=5', 'no-cache'],
  ['', 'no-cache'],
  [undefined, 'no-cache'],
])('the cache control %j becomes the rule %s', (given, rule) => {
  const metadata = given === undefined ? least : { ...least, cacheControl: given };
  expect(uploadOrderOf(withCacheRule(metadata)).cacheControl).toBe(rule);
});

test('what is left out has a default, and own metadata are kept', () => {
  expect(uploadOrderOf(withCacheRule(least))).toEqual({
    bucket: 'b',
    key: 'a',
    contentType: 'application/octet-stream',
    cacheControl: 'no-cache',
    userMetadata: 'kept',
  });
  expect(uploadOrderOf({ ...least, metadata: '{"a":{"b":1}}' }).userMetadata).toEqual({ a: { b: 1 } });
});

test.each([
  [{}, TusFailure],
  [{ ...least, bucketName: null }, TusFailure],
  [{ ...least, objectName: '' }, TusFailure],
  [{ ...least, objectName: 'a/../b' }, StorageFailure],
  [{ ...least, objectName: 'ä' }, StorageFailure],
  [{ ...least, metadata: '[]' }, StorageFailure],
  [{ ...least, metadata: 'nonsense' }, StorageFailure],
])('%j is refused', (metadata, kind) => expect(() => uploadOrderOf(metadata)).toThrow(kind));
