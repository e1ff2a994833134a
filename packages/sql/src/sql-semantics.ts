import type { Inquiry, OperationSemantics, Settlement, Statement, Verdict } from '@hybrid-supabase/core';
import { bucketInsert } from './bucket-insert.js';
import { bucketOfRow } from './bucket-of-row.js';
import { checkWrite } from './check-write.js';
import { digestOf } from './digest-of.js';
import { policyDrop } from './policy-drop.js';
import { policyText } from './policy-text.js';
import { prepareStatement } from './prepare-statement.js';

type Happened = Extract<Settlement, { readonly state: 'happened' }>;

/**
 * How writes that go through the ledger ask whether they happened: by settling their key, which also fences
 * what was lost. A bucket may have been created past the ledger, by the Storage API, and that cannot be fenced;
 * but an id is taken once, so sending it again makes no second bucket.
 */
export const sqlSemantics: OperationSemantics = {
  questions: {
    'sql.write': (statement, inquiry) =>
      settled(textsOf([statement]), inquiry, ({ results: [result] }) =>
        result === undefined ? noResult : happened(result),
      ),
    'sql.batch': ({ statements }, inquiry) => settled(textsOf(statements), inquiry, ({ results }) => happened(results)),
    'migrations.apply': ({ name, query }, inquiry) =>
      settled(Promise.resolve([query]), inquiry, () => happened({ name })),
    'buckets.create': async (input, inquiry) => {
      const verdict = await settled(textsOf([bucketInsert(input)]), inquiry, ({ results: [result] }) => {
        const bucket = bucketOfRow(result?.rows[0] ?? {});
        return bucket === undefined ? noResult : happened(bucket);
      });
      return verdict.verdict === 'happened'
        ? verdict
        : { verdict: 'refuses-twin', why: 'The id of a bucket is taken only once.' };
    },
    'policies.create': async (input, inquiry) => {
      const text = await policyText(input);
      if (text.isErr()) return cannotTell(text.error.message);
      return settled(textsOf([{ text: text.value.text, values: [] }]), inquiry, () => happened(text.value.policy));
    },
    'policies.drop': ({ name }, inquiry) => settled(textsOf([policyDrop(name)]), inquiry, () => happened(undefined)),
  },
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
const noResult = cannotTell('The ledger holds no result.');
const fenced: Verdict<never> = { verdict: 'cannot-happen', why: 'The ledger fenced the lost attempts.' };

async function textsOf(statements: readonly Statement[]): Promise<readonly string[] | undefined> {
  const texts: string[] = [];
  for (const statement of statements) {
    const prepared = await prepareStatement(statement, checkWrite);
    if (prepared.isErr()) return undefined;
    texts.push(prepared.value.text);
  }
  return texts;
}
