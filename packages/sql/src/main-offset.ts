import { scanTokens } from './scan-tokens.js';

const mains = new Set(['select', 'insert', 'update', 'delete', 'merge', 'values', 'table']);

/**
 * Where the main part of `with … <main>` begins, in UTF-16 units; 0 where it is not plain to see. Call it
 * only with a text that begins with `with` and was parsed.
 */
export function mainOffset(text: string): number {
  let depth = 0;
  for (const token of scanTokens(text)) {
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
    if (depth === 0 && mains.has(token.text.toLowerCase()))
      return Buffer.from(text).toString('utf8', 0, token.start).length;
  }
  return 0;
}
