import type { Inquiry, OperationSemantics, Settlement, SqlResult, Statement, Verdict } from '@hybrid-supabase/core';
import { checkWrite } from './check-write.js';
import { digestOf } from './digest-of.js';
import { prepareStatement } from './prepare-statement.js';
import { readTags } from './read-tags.js';
import { inForm } from './result-source.js';

type Happened = Extract<Settlement, { readonly state: 'happened' }>;

/**
 * How SQL writes ask whether they happened, by settling their key in the ledger, which also fences what was lost;
 * and what reads depend on, by the tables that they name.
 */
export const sqlSemantics: OperationSemantics = {
  questions: {
    'sql.write': (statement, inquiry) =>
      settled(textsOf([statement]), inquiry, ({ results }) => inForms([statement], results, ([one]) => one)),
    'sql.batch': ({ statements }, inquiry) =>
      settled(textsOf(statements), inquiry, ({ results }) => inForms(statements, results, (all) => all)),
    'migrations.apply': ({ name, query }, inquiry) =>
      settled(Promise.resolve([query]), inquiry, () => happened({ name })),
  },
  // Writes have no row, so each touches everything: triggers, cascades and views are not in a statement's text.
  tags: { 'sql.read': readTags, 'sql.settle': () => [] },
};

async function settled<T>(
  texts: Promise<readonly string[] | undefined>,
  { idempotencyKey: key, attemptIds, ask }: Inquiry,
  verdictOf: (happened: Happened) => Verdict<T>,
): Promise<Verdict<T>> {
  const rendered = await texts;
  if (key === undefined) return cannotTell('The call had no idempotency key; with one, the ledger could have said.');
  if (rendered === undefined) return cannotTell('The statements could not be read again.');
  const answer = await ask('sql.settle', { key, digest: digestOf(rendered), attemptIds });
  if (answer.isErr()) return cannotTell(`The ledger could not be asked: ${answer.error.message}`);
  const settlement = answer.value.data;
  return settlement.state === 'happened' ? verdictOf(settlement) : fenced;
}

const happened = <T>(value: T): Verdict<T> => ({ verdict: 'happened', value });
const cannotTell = (why: string): Verdict<never> => ({ verdict: 'cannot-tell', why });
const noResult = cannotTell('The ledger holds no result that can be given as it was asked for.');

const fenced: Verdict<never> = { verdict: 'cannot-happen', why: 'The ledger fenced the lost attempts.' };

/** The recorded results as the statements would have given them. */
function inForms<T>(
  statements: readonly Statement[],
  recorded: readonly SqlResult[],
  take: (results: readonly SqlResult[]) => T | undefined,
): Verdict<T> {
  const results = recorded.map((result, at) => inForm(result, statements[at]?.decode));
  const taken = results.every((result) => result !== undefined) ? take(results) : undefined;
  return taken === undefined ? noResult : happened(taken);
}

async function textsOf(statements: readonly Statement[]): Promise<readonly string[] | undefined> {
  const texts: string[] = [];
  for (const statement of statements) {
    const prepared = await prepareStatement(statement, checkWrite);
    if (prepared.isErr()) return undefined;
    texts.push(prepared.value.text);
  }
  return texts;
}
