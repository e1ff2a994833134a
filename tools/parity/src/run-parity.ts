import { inspect, isDeepStrictEqual } from 'node:util';
import type { LayerError, SqlPort, SqlResult } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import { createCall } from './create-call.js';
import type { SqlLayer } from './open-layers.js';
import type { Ask, ExpectedError, ExpectedResult, ParityCase, Words } from './parity-case.js';

/** A layer that answered otherwise than was written. */
export interface Difference {
  readonly name: string;
  readonly layer: string;
  readonly expected: string;
  readonly actual: string;
}

/** The result, as `--json` prints it. */
export interface ParityResult {
  readonly queries: number;
  readonly layers: readonly string[];
  /** Cases in which every layer gave what was written. */
  readonly equal: number;
  readonly different: readonly Difference[];
  readonly ok: boolean;
}

/** Asks every case of every layer; the layers at once, the cases in order. Two runs need two databases. */
export const runParity = async (layers: readonly SqlLayer[], cases: readonly ParityCase[]): Promise<ParityResult> => {
  const different: Difference[] = [];
  for (const parityCase of cases) {
    const answers = await Promise.all(
      layers.map(async ({ name: layer, ports }) => ({
        layer,
        answer: await answerOf(ports.sql, parityCase.ask, layer),
      })),
    );
    different.push(...differencesOf(parityCase, answers));
  }
  const unequal = new Set(different.map(({ name }) => name));
  return {
    queries: cases.length,
    layers: layers.map(({ name }) => name),
    equal: cases.filter(({ name }) => !unequal.has(name)).length,
    different,
    ok: layers.length > 1 && different.length === 0,
  };
};

type Answer = Result<readonly SqlResult[], LayerError>;

const differencesOf = (
  { name, words, expected: written }: ParityCase,
  answers: readonly { readonly layer: string; readonly answer: Answer }[],
): readonly Difference[] => {
  const said = words ?? answers.map(({ answer }) => wordsOf(answer)).find((each) => each !== undefined);
  const expected = { ...written, ...('error' in written && { words: said }) };
  return answers.flatMap(({ layer, answer }) => {
    const actual = { ...shownAnswer(answer), ...(answer.isErr() && { words: wordsOf(answer) }) };
    if (isDeepStrictEqual(actual, expected)) return [];
    return [{ name, layer, expected: shown(expected), actual: shown(actual) }];
  });
};

const wordsOf = (answer: Answer): Words | undefined => {
  if (answer.isOk()) return undefined;
  const { message, hint } = answer.error;
  return { message, ...(hint !== undefined && { hint }) };
};

const answerOf = async (port: SqlPort, ask: Ask, layer: string): Promise<Answer> => {
  if ('read' in ask) return (await port.read(ask.read, createCall({}))).map((result) => [result]);
  if ('batch' in ask) return port.batch({ statements: ask.batch(layer) }, createCall({}));
  const key = ask.key === undefined || ask.sharesKey ? ask.key : `${layer} ${ask.key}`;
  const call = createCall(key === undefined ? {} : { idempotencyKey: key });
  return (await port.write(ask.write(layer), call)).map((result) => [result]);
};

const shownAnswer = (answer: Answer): ParityCase['expected'] =>
  answer.match<ParityCase['expected']>(
    (results) => ({ results: results.map(shownResult) }),
    (error) => ({ error: shownError(error) }),
  );

const shownResult = ({ columns, rows, rowCount }: SqlResult): ExpectedResult => ({
  columns: columns.map(({ name, type }) => `${name} ${type}`),
  rows: rows.map((row) => Object.values(row)),
  rowCount,
});

const shownError = ({ kind, code = '', sqlState, effect, about, position }: LayerError): ExpectedError => ({
  kind,
  code,
  ...(sqlState === undefined ? {} : { sqlState }),
  effect,
  ...(about === undefined ? {} : { about }),
  ...(position === undefined || sqlState !== '42601' ? {} : { position }),
});

const shown = (value: unknown): string => inspect(value, { depth: 10, breakLength: 200, maxStringLength: 200 });
