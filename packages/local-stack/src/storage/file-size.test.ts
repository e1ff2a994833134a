import { fileSizeBytes } from './file-size.js';

test.each([
  ['20MB', 20_000_000],
  ['1gb', 1_000_000_000],
  ['1.5kb', 1500],
  ['7B', 7],
  ['1.2345mb', 1_230_000],
  ['0b', 0],
])('reads %s as decimal bytes', (text, bytes) => {
  expect(fileSizeBytes(text)).toBe(bytes);
});

test.each(['', '20', 'MB', '-1mb', '1 mb', '1tb', '1mib'])('does not read %j', (text) => {
  expect(fileSizeBytes(text)).toBeUndefined();
});
