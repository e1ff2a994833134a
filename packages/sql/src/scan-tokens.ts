import { scanSync } from 'libpg-query';

/** A token by its offsets in the UTF-8 bytes of the text. */
export interface SqlToken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokenName: string;
}

const comments = new Set(['SQL_COMMENT', 'C_COMMENT']);

/** The tokens of a text that was parsed before, without comments. */
export function scanTokens(text: string): readonly SqlToken[] {
  const bytes = Buffer.from(text);
  return scanSync(text.replace(/\p{Cc}/gu, plainForm))
    .tokens.filter(({ tokenName }) => !comments.has(tokenName))
    .map(({ start, end, tokenName }) => ({ start, end, tokenName, text: bytes.toString('utf8', start, end) }));
}

/**
 * The scanner hands its tokens over as JSON without escaping control characters; one byte stands for one. A space is in
 * no tag of a dollar quote, so it cannot end one.
 */
const plainForm = (control: string): string => (control > '\x1f' || '\n\r\t'.includes(control) ? control : ' ');
