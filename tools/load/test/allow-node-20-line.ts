/**
 * On Node 20 supabase-js 2.119 writes this one line when it is loaded. Import this file before anything that
 * loads the client; every other line still fails the test.
 */
export const node20Line =
  '⚠️  Node.js 20 and below are deprecated and will no longer be supported in future versions of @supabase/supabase-js. ' +
  'Please upgrade to Node.js 22 or later. ' +
  'For more information, visit: https://github.com/orgs/supabase/discussions/45715';

const warn = console.warn;
console.warn = (...words: unknown[]): void => {
  if (words.length !== 1 || words[0] !== node20Line) warn(...words);
};
