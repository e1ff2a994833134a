import { hasSqlDetails, loadModule, parseSync, scanSync } from 'libpg-query';
import { err, ok, type Result } from 'neverthrow';
import type { SqlRejection } from './sql-rejection.js';
import { hasUnsendableText, unsendableText } from './unsendable-text.js';

/** A token by its offsets in the UTF-8 bytes of the text. */
export interface SqlToken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly tokenName: string;
}

/** A text that PostgreSQL's own parser took: its statements as trees, its tokens without comments. */
export interface ParsedSql {
  readonly statements: readonly unknown[];
  readonly tokens: readonly SqlToken[];
}

const comments = new Set(['SQL_COMMENT', 'C_COMMENT']);

/** Parses with the parser of PostgreSQL 18. The first call loads it. */
export async function parseSql(text: string): Promise<Result<ParsedSql, SqlRejection>> {
  if (hasUnsendableText(text)) return err(unsendableText('The statement'));
  if (text.trim() === '') return ok({ statements: [], tokens: [] });
  await loadModule();
  try {
    const statements = (parseSync(text).stmts ?? []).map(({ stmt }) => stmt);
    return ok({ statements, tokens: scanSync(text).tokens.filter((token) => !comments.has(token.tokenName)) });
  } catch (error) {
    if (hasSqlDetails(error)) return err(syntaxError(error.sqlDetails?.cursorPosition));
    return err(syntaxError(undefined));
  }
}

const syntaxError = (cursor: number | undefined): SqlRejection => ({
  kind: 'invalid-request',
  code: '42601',
  sqlState: '42601',
  message:
    cursor === undefined
      ? 'The statement has a syntax error.'
      : `The statement has a syntax error at character ${cursor + 1}.`,
  hint: 'Correct the statement; it was read by the parser of PostgreSQL 18 and nothing was sent.',
});
