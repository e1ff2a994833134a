import { StorageFailure } from './storage-failure.js';

const alphabet = /^[A-Za-z0-9_!.*'() &$=@;:+,?-]{1,100}$/;

/** Gives the name back, or fails; `.` and `..` are refused although the alphabet has the dot. */
export function bucketName(name: string): string {
  const allowed = alphabet.test(name) && name.trim() === name && !/^\.{1,2}$/.test(name);
  if (!allowed) throw new StorageFailure('InvalidBucketName');
  return name;
}
