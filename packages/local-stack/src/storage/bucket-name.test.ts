import { bucketName } from './bucket-name.js';
import { StorageFailure } from './storage-failure.js';

test.each(['a', 'Photos 2024', 'x'.repeat(100), "_!.*'() &$=@;:+,?-"])('allows %j', (name) => {
  expect(bucketName(name)).toBe(name);
});

test.each(['', ' a', 'a ', 'a/b', 'ä', 'x'.repeat(101), '.', '..', 'a\nb', 'a#b'])('refuses %j', (name) => {
  expect(() => bucketName(name)).toThrow(StorageFailure);
});
