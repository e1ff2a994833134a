import type { ListedFile } from '@hybrid-supabase/core';
import { receiveJobs, type NamingRules } from './download-names.js';
import { foldingOf, noFolding } from './name-folding.js';

const rules: NamingRules = {
  ...{ prefix: '', names: 'refuse', fold: noFolding, isWindows: false },
  ...{ files: [], others: [] },
};
const caseless = foldingOf({ ignoresCase: true, ignoresForm: false });
const formless = foldingOf({ ignoresCase: false, ignoresForm: true });
const named = (keys: readonly string[], more: Partial<NamingRules> = {}) => {
  const remote = keys.map((path): ListedFile => ({
    ...{ bucket: 'b', path, id: path, sizeBytes: 1, contentType: 'text/plain', etag: '"1"' },
    updatedAt: '2026-11-22T20:00:00.000Z',
  }));
  const { jobs, outcomes } = receiveJobs(remote, { ...rules, ...more });
  expect(jobs.length + outcomes.length).toBe(keys.length);
  expect(outcomes.every(({ did, why }) => did === 'skipped' && why !== undefined)).toBe(true);
  return { files: jobs.map(({ file }) => file), skipped: outcomes.map(({ key }) => key) };
};

test.each<[string, readonly string[], Partial<NamingRules>, readonly string[], readonly string[]]>([
  ['names below the prefix', ['p/a', 'p/b/c'], { prefix: 'p/' }, ['a', 'b/c'], []],
  ['a file and a folder of one name', ['dual', 'dual/child'], {}, ['dual/child'], ['dual']],
  ['case where it matters', ['a', 'A'], {}, ['a', 'A'], []],
  ['case where it does not', ['A', 'a', 'b'], { fold: caseless }, ['A', 'b'], ['a']],
  ['a folder in another case', ['Dual/child', 'dual'], { fold: caseless }, ['Dual/child'], ['dual']],
  ['a link in another case', ['LINK/x', 'y'], { fold: caseless, others: [{ file: 'link' }] }, ['y'], ['LINK/x']],
  ['a link in the way', ['link', 'link/x', 'y'], { others: [{ file: 'link' }] }, ['y'], ['link', 'link/x']],
  [
    'names of unfinished downloads',
    ['a', 'a.part', 'b.part.log', 'c.part.lock', 'part'],
    {},
    ['a', 'part'],
    ['a.part', 'b.part.log', 'c.part.lock'],
  ],
  ['ways out of the folder', ['..', 'a/../b', './a', 'a//b', 'c'], {}, ['c'], ['..', 'a/../b', './a', 'a//b']],
  ['one character and two', ['=C3=A4', 'a=CC=88'], { names: 'encode', fold: formless }, ['\u00e4'], ['a=CC=88']],
  [
    'an encoded folder in another case',
    ['=C3=A4', '=C3=84/x'],
    { names: 'encode', fold: caseless },
    ['Ä/x'],
    ['=C3=A4'],
  ],
  ['a file in the way', ['dual/x', 'y'], { files: [{ file: 'dual' }] }, ['y'], ['dual/x']],
  ['a folder in the way', ['dual', 'y'], { files: [{ file: 'dual/x' }] }, ['y'], ['dual']],
  ['no way through a name that is none', ['a', 'a//b'], {}, ['a'], ['a//b']],
  ['an encoded NUL', ['a=00', 'b'], { names: 'encode' }, ['b'], ['a=00']],
  ['dots and spaces at an end', ['a', 'a.', 'a ', 'b./c'], {}, ['a', 'a.', 'a ', 'b./c'], []],
  [
    'what Windows takes for other names',
    ['a', 'a.', 'a ', 'b./c', 'C:/x', 'NUL', 'x/con.txt', 'Com1', 'console', 'a:b'],
    { isWindows: true },
    ['a', 'console'],
    ['a.', 'a ', 'b./c', 'C:/x', 'NUL', 'x/con.txt', 'Com1', 'a:b'],
  ],
  ['encoded names', ['=C3=A4', '=41', '=2E=2E/x'], { names: 'encode' }, ['ä'], ['=41', '=2E=2E/x']],
])('%s', (_what, keys, more, files, skipped) => {
  expect(named(keys, more)).toEqual({ files, skipped });
});
