import type { SqlValue, Statement } from '@hybrid-supabase/core';
import { err, ok, Result } from 'neverthrow';
import type { SqlToken } from './scan-tokens.js';
import { quoteLiteral } from './quote-literal.js';
import type { SqlRejection } from './sql-rejection.js';
import { unsendableValue } from './unsendable-value.js';
import { valueText } from './value-text.js';

/**
 * The statement with its values in it, each an untyped literal in parentheses, so that it takes its type
 * from its place as an untyped bound parameter does. Without the semicolons before and after it, and what follows those.
 */
export const renderStatement = (statement: Statement, tokens: readonly SqlToken[]): Result<string, SqlRejection> =>
  renderPieces(statement, tokens).map((pieces) => pieces.map(({ text }) => text).join(''));

/** A part of a rendered text, and what it stands for. */
export interface RenderedPiece {
  readonly text: string;
  /** How much of the caller's text it stands for, in UTF-16 units; as much as it has itself where it is that text. */
  readonly callerLength: number;
  readonly isCallers: boolean;
}

/** The same in parts, in order, without gaps. */
export function renderPieces(
  statement: Statement,
  tokens: readonly SqlToken[],
): Result<readonly RenderedPiece[], SqlRejection> {
  const kept = withoutEnd(tokens);
  return checkNumbers(kept, statement.values.length)
    .andThen(() => literalsOf(statement.values))
    .map((literals) => replaceTokens(Buffer.from(statement.text), kept, literals));
}

const isContent = ({ text }: SqlToken): boolean => text !== ';';
const withoutEnd = (tokens: readonly SqlToken[]): readonly SqlToken[] =>
  tokens.slice(0, tokens.findLastIndex(isContent) + 1);

const isParameter = (token: SqlToken): boolean => token.tokenName === 'PARAM';

function checkNumbers(tokens: readonly SqlToken[], valueCount: number): Result<void, SqlRejection> {
  const used = new Set(tokens.filter(isParameter).map(({ text }) => Number(text.slice(1))));
  const missing = Array.from({ length: valueCount }, (_, at) => at + 1).find((number) => !used.has(number));
  if (missing !== undefined)
    return err(wrongParameters(`There are ${valueCount} values, and no $${missing} in the statement.`));
  if (used.size === valueCount) return ok();
  return err(
    wrongParameters(`The statement uses ${used.size} different parameters and there are ${valueCount} values.`),
  );
}

const wrongParameters = (message: string): SqlRejection => ({
  kind: 'invalid-request',
  code: 'wrong-parameters',
  message,
  hint: 'Number parameters from $1 without gaps and give one value for each.',
});

function literalsOf(values: readonly SqlValue[]): Result<readonly string[], SqlRejection> {
  const literals: string[] = [];
  for (const value of values) {
    const text = readValue(value);
    if (text.isErr()) return err({ ...text.error, message: `$${literals.length + 1}: ${text.error.message}` });
    literals.push(text.value === null ? '(null)' : `(${quoteLiteral(text.value)})`);
  }
  return ok(literals);
}

/** A getter or a proxy of the caller's may throw. */
const readValue = (value: SqlValue): ReturnType<typeof valueText> =>
  Result.fromThrowable(valueText, () => unsendableValue('A value throws when it is read.', 'Pass plain data.'))(
    value,
  ).andThen((text) => text);

// Offsets count UTF-8 bytes, so the text is cut as bytes.
function replaceTokens(bytes: Buffer, tokens: readonly SqlToken[], literals: readonly string[]): RenderedPiece[] {
  const pieces: RenderedPiece[] = [];
  const keep = (from: number, to: number): void => {
    const text = bytes.toString('utf8', from, to);
    pieces.push({ text, callerLength: text.length, isCallers: true });
  };
  // Empty statements before it; others are inside of bodies and rules, and stay.
  let from = tokens[tokens.findIndex(isContent) - 1]?.end ?? 0;
  pieces.push({ text: '', callerLength: bytes.toString('utf8', 0, from).length, isCallers: false });
  for (const token of tokens) {
    const text = replacementOf(token, literals);
    if (text === undefined) continue;
    keep(from, token.start);
    pieces.push({ text, callerLength: token.text.length, isCallers: false });
    from = token.end;
  }
  keep(from, tokens.at(-1)?.end ?? 0);
  return pieces;
}

function replacementOf(token: SqlToken, literals: readonly string[]): string | undefined {
  if (isParameter(token)) return literals[Number(token.text.slice(1)) - 1];
  // The letter of `N'…'`, which must touch its quote; the word need not.
  if (token.tokenName === 'UNKNOWN' && /^n$/i.test(token.text)) return 'nchar';
  // A plain literal with a backslash would end elsewhere on a server that does not conform to the standard.
  if (token.tokenName === 'SCONST' && token.text.startsWith("'") && token.text.includes('\\'))
    return ` E${token.text.replace(/\\/g, '\\\\')}`;
  return undefined;
}
