import { fileSystemError } from './local-stack-error.js';

test.each([
  ['ENOSPC', 'disk-full'],
  ['EDQUOT', 'disk-full'],
  ['EACCES', 'directory-unusable'],
  ['EROFS', 'directory-unusable'],
  ['ENOTDIR', 'directory-unusable'],
])('%s is %s', (code, kind) => {
  expect(fileSystemError(Object.assign(new Error('at /some/path'), { code }))).toMatchObject({ kind, detail: code });
});

test('no account of a failure names a path', () => {
  const error = fileSystemError(Object.assign(new Error('EACCES: /some/path'), { code: 'EACCES' }));
  expect(JSON.stringify(error)).not.toContain('/some/path');
});
