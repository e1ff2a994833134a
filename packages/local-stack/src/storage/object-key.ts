import { StorageFailure } from './storage-failure.js';

const alphabet = /^[A-Za-z0-9_/!.*'() &$=@;:+,?-]+$/;

/** What S3 allows; the alphabet has one byte for each sign. */
const longest = 1024;

/** Stricter than the hosted service in one point: a `.` or `..` segment is refused, not resolved. */
export function isObjectKey(key: string): boolean {
  return key.length <= longest && alphabet.test(key) && !hasDotSegment(key);
}

/** Segments that a URL parser or a file system would act on. */
export function hasDotSegment(path: string): boolean {
  return path.split('/').some((segment) => segment === '.' || segment === '..');
}

/** Gives the key back, or fails with the code for a key that the hosted service would refuse too. */
export function objectKey(key: string): string {
  if (!isObjectKey(key)) throw new StorageFailure('InvalidKey');
  return key;
}
