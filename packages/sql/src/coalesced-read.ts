import type { LayerError } from '@hybrid-supabase/core';
import { ok, err, type Result } from 'neverthrow';
import { decodeResults, unreadable } from './decode-answer.js';
import type { ReadRequest, RenderedStatement } from './sql-request.js';
import { wrapStatement } from './wrap-statement.js';

/**
 * Several reads as one: a select with one column for each, which holds that read's answer as JSON text. So it is
 * a read like any other, on every layer, in one read-only transaction.
 */
export const coalescedRead = (reads: readonly ReadRequest[], statementTimeoutMs: number): ReadRequest => ({
  kind: 'read',
  statement: {
    text: `select ${reads.map(({ statement }, at) => column(statement, at)).join(',\n')}`,
    answer: 'rows',
    mainAt: 0,
  },
  statementTimeoutMs,
});

const column = (statement: RenderedStatement, at: number): string =>
  `(\n${wrapStatement(statement, (json) => json)}\n) as read_${at}`;

/** The answers of the reads, each as it would have come alone. */
export const separateAnswers = (layer: string, answer: string, count: number): Result<readonly string[], LayerError> =>
  decodeResults(layer, answer).andThen(([result]) => {
    const cells = Object.values(result?.rows[0] ?? {}).filter((cell) => typeof cell === 'string');
    if (cells.length !== count) return err(unreadable(layer));
    return ok(cells.map((cell) => Buffer.from(`[${cell}]`).toString('base64')));
  });
