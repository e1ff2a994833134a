import { scanTokens } from './scan-tokens.js';

/** What a main part begins with, and what cannot follow there: unreserved words may also name a part of the list. */
const mains = new Map<string, RegExp>([
  ['select', /^$/],
  ['table', /^$/],
  ['values', /^as$/i],
  ['insert', /^(as|\()$/i],
  ['update', /^(as|\()$/i],
  ['delete', /^(as|\()$/i],
  ['merge', /^(as|\()$/i],
]);

/**
 * Where the main part of `with … <main>` begins, in UTF-16 units; 0 where it is not plain to see. Call it
 * only with a text that begins with `with` and was parsed.
 */
export function mainOffset(text: string): number {
  const tokens = scanTokens(text);
  let depth = 0;
  for (const [at, token] of tokens.entries()) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    const isMain = depth === 0 && mains.get(token.text.toLowerCase())?.test(tokens[at + 1]?.text ?? '') === false;
    if (isMain) return Buffer.from(text).toString('utf8', 0, token.start).length;
  }
  return 0;
}
