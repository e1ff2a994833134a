import { byteRange } from './byte-range.js';
import { StorageFailure } from './storage-failure.js';

test.each([
  ['bytes=0-3', 10, 0, 3],
  ['bytes=4-', 10, 4, 9],
  ['bytes=-3', 10, 7, 9],
  ['bytes=-30', 10, 0, 9],
  ['bytes=5-99', 10, 5, 9],
  ['bytes=9-9', 10, 9, 9],
])('reads %s of %i bytes', (header, size, first, last) => {
  expect(byteRange(header, size)).toEqual({ first, last });
});

test.each([
  ['bytes=10-', 10],
  ['bytes=5-4', 10],
  ['bytes=0-1,3-4', 10],
  ['items=0-1', 10],
  ['bytes=-0', 10],
  ['bytes=-', 10],
  ['bytes=a-b', 10],
  ['bytes=0-', 0],
  ['bytes=-1', 0],
])('refuses %s of %i bytes', (header, size) => {
  expect(() => byteRange(header, size)).toThrow(StorageFailure);
});
