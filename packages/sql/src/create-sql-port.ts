import {
  layerError,
  type Call,
  type DecodeOptions,
  type LayerError,
  type LayerResult,
  type SqlPort,
  type SqlResult,
  type Statement,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { callerPosition } from './caller-position.js';
import { checkRead } from './check-read.js';
import { checkWrite } from './check-write.js';
import { decodeResults, decodeSettlement } from './decode-answer.js';
import { digestOf } from './digest-of.js';
import { doubtedError } from './doubted-error.js';
import { defaultMaxResultBytes, readableTooLarge } from './limited-text.js';
import { oncePerTree } from './once-per-tree.js';
import { prepareStatement } from './prepare-statement.js';
import type { SqlBackend } from './sql-backend.js';
import { rejectionError, type SqlRejection } from './sql-rejection.js';
import type { RenderedStatement, SettleRequest, SqlRequest } from './sql-request.js';
import { timeLeftMs } from './time-left.js';
import { hasUnsendableText, unsendableText } from './unsendable-text.js';

/** Most bytes of SQL in one request: below what the narrowest layer can carry (10 MiB a message, escapes included). */
export const maxRequestBytes = 8_000_000;

const mayRead = oncePerTree(checkRead);
const mayWrite = oncePerTree(checkWrite);

/** How the columns of each statement come back. */
type Forms = readonly (DecodeOptions | undefined)[];

/** What an SQL port may do otherwise. */
export interface SqlPortOptions {
  /** Most bytes of one answer as JSON; a larger one fails in the database, and nothing is changed. @default 8_000_000 */
  readonly maxResultBytes?: number;
}

/** The SQL port of any layer: checks, renders, sends through the backend and decodes. Throws for a wrong option, with its name. */
export function createSqlPort(backend: SqlBackend, options: SqlPortOptions = {}): SqlPort {
  const { layer } = backend;
  const { maxResultBytes = defaultMaxResultBytes } = options;
  if (!Number.isSafeInteger(maxResultBytes) || maxResultBytes < 1)
    throw new TypeError('createSqlPort: `maxResultBytes` must be a whole number from 1.');

  async function results(
    request: Exclude<SqlRequest, SettleRequest>,
    forms: Forms,
    call: Call,
  ): LayerResult<readonly SqlResult[]> {
    const answered = await backend.send({ ...request, maxResultBytes }, call);
    return answered
      .mapErr((error) => readableTooLarge(error, maxResultBytes))
      .andThen((answer) => decodeResults(layer, answer, forms));
  }

  async function run(
    statements: readonly RenderedStatement[],
    forms: Forms,
    call: Call,
  ): LayerResult<readonly SqlResult[]> {
    const key = call.idempotencyKey ?? null;
    if (key !== null && hasUnsendableText(key))
      return err(rejectionError(layer, unsendableText('The idempotency key')));
    const ready = admit(layer, statements, call);
    if (ready.isErr()) return err(ready.error);
    const digest = digestOf(statements.map(({ text }) => text));
    return results(
      { kind: 'run', key, digest, attemptId: call.attemptId, statements, statementTimeoutMs: ready.value },
      forms,
      call,
    );
  }

  async function single(
    kind: 'read' | 'write',
    statement: RenderedStatement,
    forms: Forms,
    call: Call,
  ): LayerResult<readonly SqlResult[]> {
    const ready = admit(layer, [statement], call);
    if (ready.isErr()) return err(ready.error);
    const answered = await results({ kind, statement, statementTimeoutMs: ready.value }, forms, call);
    // What keeps its answer gives nothing itself; the answer comes after it.
    return statement.answer === 'kept' ? answered.map((all) => all.slice(1)) : answered;
  }

  return {
    read: async (statement, call) => {
      const prepared = await prepareStatement(statement, mayRead);
      if (prepared.isErr()) return err(rejectionError(layer, prepared.error));
      return placed(statement, onlyResult(layer, await single('read', prepared.value, [statement.decode], call)));
    },
    write: async (statement, call) => {
      const prepared = await prepareStatement(statement, mayWrite);
      if (prepared.isErr()) return err(rejectionError(layer, prepared.error));
      const forms = [statement.decode];
      const sent =
        call.idempotencyKey === undefined
          ? single('write', prepared.value, forms, call)
          : run([prepared.value], forms, call);
      return doubted([statement], await placed(statement, onlyResult(layer, await sent)));
    },
    batch: async ({ statements }, call) => {
      const prepared = await prepareBatch(statements);
      if (prepared.isErr()) return err(rejectionError(layer, prepared.error));
      const forms = statements.map(({ decode }) => decode);
      return doubted(statements, await run(prepared.value, forms, call));
    },
    settle: async ({ key, digest, attemptIds }, call) => {
      if (hasUnsendableText([key, digest, ...attemptIds].join(' ')))
        return err(rejectionError(layer, unsendableText('The idempotency key')));
      const left = timeLeftMs(layer, call);
      if (left.isErr()) return err(left.error);
      const answer = await backend.send(
        { kind: 'settle', key, digest, attemptIds, statementTimeoutMs: left.value },
        call,
      );
      return answer.andThen((text) => decodeSettlement(layer, text));
    },
  };
}

/** The place that a backend knows is in the text that it was given; the caller has written another one. */
async function placed(statement: Statement, result: Result<SqlResult, LayerError>): LayerResult<SqlResult> {
  if (result.isOk() || result.error.position === undefined) return result;
  const { position: renderedPosition, ...error } = result.error;
  const position = await callerPosition(statement, renderedPosition);
  return err(layerError({ ...error, ...(position !== undefined && { position }) }));
}

const doubted = async <T>(statements: readonly Statement[], result: Result<T, LayerError>): LayerResult<T> =>
  result.isOk() ? result : err(await doubtedError(result.error, statements));

async function prepareBatch(
  statements: readonly Statement[],
): Promise<Result<readonly RenderedStatement[], SqlRejection>> {
  if (!Array.isArray(statements)) return err(noStatements);
  const prepared: RenderedStatement[] = [];
  for (const statement of statements) {
    const one = await prepareStatement(statement, mayWrite);
    if (one.isErr()) return err({ ...one.error, message: `Statement ${prepared.length + 1}: ${one.error.message}` });
    prepared.push(one.value);
  }
  return ok(prepared);
}

const noStatements: SqlRejection = {
  kind: 'invalid-request',
  code: 'not-a-statement',
  message: 'A batch has no list of statements.',
  hint: 'Give { statements: [sql`…`, sql`…`] }.',
};

function admit(layer: string, statements: readonly RenderedStatement[], call: Call): Result<number, LayerError> {
  const sizeBytes = statements.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  if (sizeBytes > maxRequestBytes) return err(tooLarge(layer));
  return timeLeftMs(layer, call);
}

const tooLarge = (layer: string): LayerError =>
  layerError({
    kind: 'invalid-request',
    layer,
    effect: 'none',
    code: 'request-too-large',
    message: `The statements with their values are larger than ${maxRequestBytes} bytes.`,
    hint: 'Send less at once, or put large data into a file of a bucket.',
  });

const onlyResult = (layer: string, results: Result<readonly SqlResult[], LayerError>): Result<SqlResult, LayerError> =>
  results.andThen(([result, ...others]) =>
    result !== undefined && others.length === 0 ? ok(result) : err(wrongCount(layer)),
  );

const wrongCount = (layer: string): LayerError =>
  layerError({
    kind: 'invalid-reply',
    layer,
    effect: 'unknown',
    code: 'unreadable-answer',
    message: 'The answer does not hold exactly one result.',
    hint: 'Something between here and the database changed the answer; look at that layer.',
  });
