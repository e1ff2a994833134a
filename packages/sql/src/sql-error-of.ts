import { layerError, type Effect, type ErrorKind, type Fate, type LayerError } from '@hybrid-supabase/core';
import { namesInMessage } from './names-in-message.js';
import { noTransactionHint } from './needs-no-transaction.js';
import { shownMessage } from './shown-message.js';

/** What a database said when it refused. Its DETAIL is not taken: it holds values of rows. */
export interface DatabaseError {
  readonly layer: string;
  readonly sqlState: string;
  readonly message: string;
  readonly hint?: string;
  /** The server ended the session with it, so that nobody heard how the transaction ended. */
  readonly endedSession?: boolean;
  readonly cause?: unknown;
}

/** What a SQLSTATE, or a class of them, means. */
export interface SqlStateMeaning {
  readonly kind: ErrorKind;
  readonly effect: Effect;
  readonly code?: string;
  readonly fault?: Fate;
  readonly hint?: string;
}

/** Translates an error that the database itself answered. It rolled back, so the effect is none unless the state says that nobody can know. */
export function sqlErrorOf({ layer, sqlState, message, hint, endedSession, cause }: DatabaseError): LayerError {
  const meaning = meaningOf(sqlState, message);
  const { kind, effect, fault, code, hint: ownHint } = endedSession === true ? withoutProof(meaning) : meaning;
  const advice = ownHint ?? hint;
  const about = namesInMessage(sqlState, message);
  return layerError({
    kind,
    layer,
    effect,
    message: shownMessage(sqlState, message),
    code: code ?? sqlState,
    sqlState,
    ...(fault !== undefined && { fault }),
    ...(advice !== undefined && { hint: advice }),
    ...(about !== undefined && { about }),
    ...(cause !== undefined && { cause }),
  });
}

function meaningOf(sqlState: string, message: string): SqlStateMeaning {
  if (notInstalled.test(message) && missing.has(sqlState)) return sqlStateMeanings['not-installed'];
  if (sqlState === '25001' && message.includes('read-write mode')) return sqlStateMeanings['25006'];
  if (sqlState === '25001' && message.includes('before any query')) return sqlStateMeanings['2D000'];
  const table: Readonly<Record<string, SqlStateMeaning>> = sqlStateMeanings;
  return table[sqlState] ?? table[sqlState.slice(0, 2)] ?? sqlStateMeanings.other;
}

/** A session ends with a fatal error also after its commit: by a crash of the server, or by a pooler that lost it. */
const withoutProof = (meaning: SqlStateMeaning): SqlStateMeaning => {
  if (meaning.kind === 'timed-out') return { ...meaning, effect: 'unknown' };
  return meaning.effect === 'none' || meaning.kind === 'failed' ? ended : meaning;
};

const missing = new Set(['3F000', '42883', '42P01']);
const notInstalled = /schema "hybrid"|function (?:hybrid\.|public\.hybrid_run)|relation "hybrid\./;

const busy = { kind: 'unavailable', effect: 'none', fault: 'postgres', hint: 'Try again.' } as const;
const broken = {
  kind: 'unavailable',
  effect: 'unknown',
  fault: 'postgres',
  hint: 'Look at the database; it lacks a resource.',
} as const;
const ended: SqlStateMeaning = {
  kind: 'interrupted',
  effect: 'unknown',
  fault: 'postgres',
  hint: 'The database ended the connection; try again.',
};
const failed = { kind: 'failed', effect: 'none' } as const;
const constraint = {
  kind: 'failed',
  effect: 'none',
  hint: 'The data breaks a constraint of the table; nothing was changed.',
} as const;
const conflict = { kind: 'conflict', effect: 'none', hint: 'A row like this is there already.' } as const;
const wrongSql = {
  kind: 'invalid-request',
  effect: 'none',
  hint: 'Correct the statement; the database did not take it.',
} as const;
const wrongData = { kind: 'failed', effect: 'none', hint: 'A value does not fit its type or its place.' } as const;
const tooLate = {
  kind: 'timed-out',
  effect: 'none',
  fault: 'postgres',
  hint: 'Give the call more time, or the statement less work.',
} as const;
const noEntry = { kind: 'unauthorized', effect: 'none', hint: 'Check the credentials of this layer.' } as const;

/** Every SQLSTATE with a meaning of its own, then the classes (two characters). */
export const sqlStateMeanings = {
  '23505': conflict,
  '23P01': conflict,
  '25001': {
    kind: 'unsupported',
    effect: 'none',
    code: 'needs-no-transaction',
    hint: noTransactionHint,
  },
  '25006': { kind: 'denied', effect: 'none', code: 'read-only', hint: 'A read cannot write; use sql.write.' },
  // These two end the session, so the last thing heard is no proof.
  '25P03': ended,
  '25P04': { ...tooLate, effect: 'unknown' },
  '40001': busy,
  '40003': ended,
  '40P01': busy,
  '42501': {
    kind: 'denied',
    effect: 'none',
    hint: 'The role of this layer lacks the right; grant it, or use a layer with more authority.',
  },
  '53300': busy,
  '55P03': busy,
  '57014': tooLate,
  '57P01': ended,
  '57P02': ended,
  '57P03': busy,
  '57P05': ended,
  '2D000': {
    kind: 'invalid-request',
    effect: 'none',
    code: 'transaction-control',
    hint: 'Leave out what begins or ends a transaction.',
  },
  HB001: {
    kind: 'conflict',
    effect: 'none',
    code: 'fenced',
    hint: 'This attempt was given up and settled; it can never take effect.',
  },
  HB002: {
    kind: 'conflict',
    effect: 'none',
    code: 'key-reused',
    hint: 'Use a new idempotency key for other statements.',
  },
  HB003: {
    kind: 'failed',
    effect: 'none',
    code: 'result-too-large',
    hint: 'Return fewer rows from a keyed write; nothing was changed.',
  },
  HB004: {
    kind: 'conflict',
    effect: 'none',
    code: 'already-done',
    hint: 'The migration with this key was applied already.',
  },
  '08': broken,
  '22': wrongData,
  '23': constraint,
  '28': noEntry,
  '40': failed,
  '42': wrongSql,
  '53': broken,
  '57': ended,
  '58': broken,
  // A foreign server may have committed before the error; the other class is what poolers and broken servers give.
  HV: { kind: 'failed', effect: 'unknown' },
  XX: { kind: 'failed', effect: 'unknown' },
  other: failed,
  'not-installed': {
    kind: 'unsupported',
    effect: 'none',
    code: 'not-installed',
    hint: 'Install the schema hybrid: run installSql, or hybrid install.',
  },
} as const satisfies Record<string, SqlStateMeaning>;
