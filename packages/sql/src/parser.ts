import { hasSqlDetails, loadModule, parseSync } from 'libpg-query';
import { err, ok, type Result } from 'neverthrow';
import { scanTokens, type SqlToken } from './scan-tokens.js';
import type { SqlRejection } from './sql-rejection.js';
import { unitsBefore } from './units-before.js';
import { hasUnsendableText, unsendableText } from './unsendable-text.js';

/** A text that PostgreSQL's own parser took: its statements as trees, its tokens without comments. */
export interface ParsedSql {
  readonly statements: readonly unknown[];
  readonly tokens: readonly SqlToken[];
}

/** Texts that differ only in their values are the same text, so most are parsed once. */
const recent = new Map<string, ParsedSql>();
const maxRecent = 200;
const maxRecentLength = 10_000;

/** Parses with the parser of PostgreSQL 18. The first call loads it. */
export async function parseSql(text: string): Promise<Result<ParsedSql, SqlRejection>> {
  const known = recent.get(text);
  if (known !== undefined) return ok(known);
  const parsed = await parseAnew(text);
  if (parsed.isOk() && text.length <= maxRecentLength) remember(text, parsed.value);
  return parsed;
}

function remember(text: string, parsed: ParsedSql): void {
  const [oldest] = recent.keys();
  if (recent.size >= maxRecent && oldest !== undefined) recent.delete(oldest);
  recent.set(text, parsed);
}

async function parseAnew(text: string): Promise<Result<ParsedSql, SqlRejection>> {
  if (hasUnsendableText(text)) return err(unsendableText('The statement'));
  if (text.trim() === '') return ok({ statements: [], tokens: [] });
  await loadModule();
  try {
    const statements = (parseSync(text).stmts ?? []).map(({ stmt }) => stmt);
    return ok({ statements, tokens: scanTokens(text) });
  } catch (error) {
    return err(hasSqlDetails(error) ? syntaxError(text, error.message, error.sqlDetails?.cursorPosition) : unparsable);
  }
}

/** The parser points at a token with these words only; other errors lie somewhere inside of one. */
const pointsAtToken = /at (?:or near "|end of input$)/;

function syntaxError(text: string, said: string, cursor: number | undefined): SqlRejection {
  const place = cursor !== undefined && pointsAtToken.test(said) ? { position: unitsBefore(text, cursor) } : {};
  return {
    kind: 'invalid-request',
    code: '42601',
    sqlState: '42601',
    message: `The statement has a syntax error${cursor === undefined ? '' : ` at character ${cursor + 1}`}.`,
    hint: 'Correct the statement; it was read by the parser of PostgreSQL 18 and nothing was sent.',
    ...place,
  };
}

const unparsable: SqlRejection = {
  kind: 'invalid-request',
  code: 'unparsable',
  message: 'The parser gave up on the statement.',
  hint: 'It may be nested too deep or too large; split it.',
};
