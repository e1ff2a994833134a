import { defaultTemplatesDirectory } from './templates-directory.js';

const home = (): string => '/me';
const noHome = (): string => {
  throw new Error('no such user');
};

test.each<[string, NodeJS.Platform, () => string, string | undefined]>([
  ['/caches', 'linux', home, '/caches/hybrid-supabase'],
  ['/caches', 'darwin', noHome, '/caches/hybrid-supabase'],
  ['', 'linux', home, '/me/.cache/hybrid-supabase'],
  ['relative', 'linux', home, '/me/.cache/hybrid-supabase'],
  ['', 'darwin', home, '/me/Library/Caches/hybrid-supabase'],
  ['', 'linux', () => '', undefined],
  ['', 'linux', noHome, undefined],
])('%j on %s', (cacheHome, platform, homeOf, expected) => {
  expect(defaultTemplatesDirectory(cacheHome, platform, homeOf)).toBe(expected);
});
