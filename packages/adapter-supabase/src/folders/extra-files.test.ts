import { extraFiles } from './extra-files.js';
import { foldingOf } from './name-folding.js';

const named = (...files: readonly string[]) => files.map((file) => ({ file }));

test.each<[string, Parameters<typeof foldingOf>[0], readonly string[]]>([
  ['tells all apart', { ignoresCase: false, ignoresForm: false }, ['A.txt', 'a\u0308', 'extra']],
  ['ignores case', { ignoresCase: true, ignoresForm: false }, ['a\u0308', 'extra']],
  ['ignores form, and shows another one', { ignoresCase: false, ignoresForm: true }, ['A.txt', 'extra']],
  ['ignores both', { ignoresCase: true, ignoresForm: true }, ['extra']],
])('a disk that %s loses no file that was just received', (_what, folding, extra) => {
  const local = { files: named('A.txt', 'a\u0308', 'same', 'extra'), fold: foldingOf(folding) };
  expect(extraFiles(local, named('a.txt', '\u00e4', 'same'))).toEqual(extra);
});
