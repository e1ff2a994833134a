import { keptAnswer } from './kept-answer.js';
import { defaultMaxResultBytes, limitedText } from './limited-text.js';
import { quoteLiteral } from './quote-literal.js';
import type { ReadRequest, RunRequest, SettleRequest, SqlRequest, WriteRequest } from './sql-request.js';
import { wrapStatement, type AnswerEncoding } from './wrap-statement.js';

/**
 * One SQL text for a layer that takes only text: its last result is one row with one text column `hybrid`.
 * A server runs the text as one transaction, if it is sent in one message as PostgreSQL's simple protocol does.
 */
export function requestText(request: SqlRequest): string {
  const timeout = `set local statement_timeout = ${request.statementTimeoutMs};\n`;
  if (request.kind === 'read') return `set transaction read only;\n${timeout}${statementText(request)}`;
  if (request.kind === 'write') return timeout + statementText(request);
  return `${timeout}select ${base64(request.kind === 'run' ? runCall(request) : settleCall(request))} as hybrid`;
}

/** Base64 of the UTF-8 text: no server, and no JSON parser on the way, can change a digit or a line separator in it. */
export const base64: AnswerEncoding = (json) =>
  `pg_catalog.translate(pg_catalog.encode(pg_catalog.convert_to(${json}, 'UTF8'), 'base64'), E'\\n', '')`;

const statementText = ({ statement, maxResultBytes = defaultMaxResultBytes }: ReadRequest | WriteRequest): string => {
  const { text, answer } = statement;
  if (answer === 'none') return `${text};\nselect ${base64(`'[{"count":null}]'`)} as hybrid`;
  if (answer === 'kept') return `${text};\nselect ${keptAfterNothing(maxResultBytes)} as hybrid`;
  return wrapStatement(statement, { maxResultBytes, encode: (json) => base64(`'[' || ${json} || ']'`) });
};

/** The installed functions answer for each of the two statements, so this does too. */
const keptAfterNothing = (maxResultBytes: number): string =>
  limitedText(keptAnswer, maxResultBytes, base64(`'[{"count":null},' || ${keptAnswer} || ']'`));

const runCall = (request: RunRequest): string => {
  const { key, digest, attemptId } = request;
  const statements = quoteLiteral(JSON.stringify(runnable(request)));
  return `hybrid.run(${key === null ? 'null' : quoteLiteral(key)}, ${quoteLiteral(digest)}, ${quoteLiteral(attemptId)}, ${statements}::jsonb)`;
};

const settleCall = ({ key, digest, attemptIds }: SettleRequest): string =>
  `hybrid.settle(${quoteLiteral(key)}, ${quoteLiteral(digest)}, array[${attemptIds.map(quoteLiteral).join(', ')}]::text[])`;

/** What the installed functions execute. */
export const runnable = (request: ReadRequest | WriteRequest | RunRequest): readonly RunnableStatement[] => {
  const most = request.maxResultBytes ?? defaultMaxResultBytes;
  const statements = request.kind === 'run' ? request.statements : [request.statement];
  return statements.flatMap((statement): readonly RunnableStatement[] => {
    const silent = { sql: statement.text, answers: false, most };
    if (statement.answer === 'none') return [silent];
    if (statement.answer === 'kept') return [silent, { sql: `select ${keptAnswer}`, answers: true, most }];
    return [{ sql: wrapStatement(statement, { encode: (json) => json }), answers: true, most }];
  });
};

/** One statement as the installed functions take it. */
export interface RunnableStatement {
  readonly sql: string;
  /** It is a select of one JSON text. */
  readonly answers: boolean;
  /** Bytes that the answers may have, up to and with this one. */
  readonly most: number;
}
