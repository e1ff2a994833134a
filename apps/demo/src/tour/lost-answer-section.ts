import { sql } from '@hybrid-supabase/sql';
import type { TourContext } from './tour-context.js';

/** (e) A lost answer with a key is fenced and settled; without a key it is reported and never sent again. */
export const lostAnswerSection = async (context: TourContext): Promise<void> => {
  const { journal, names } = context;
  journal.section('A write whose answer is lost');
  await untilMcpAnswers(context);
  loseTheAnswer(context, 'with-key');
  const keyed = await write(context, 'with-key', { idempotencyKey: `${names.key}-with-key` });
  journal.check(
    'with a key it is settled',
    keyed.isOk() && keyed.value.trail.some(({ did }) => did === 'reconciled'),
    keyed.isOk() ? `served by ${keyed.value.layer}` : keyed.error.kind,
  );
  await untilMcpAnswers(context);
  loseTheAnswer(context, 'without-key');
  const bare = await write(context, 'without-key', {});
  journal.check(
    'without a key it is ambiguous',
    bare.isErr() && bare.error.kind === 'ambiguous',
    bare.isErr() ? bare.error.kind : 'served',
  );
  const counted = await context.count(names.insertsTable);
  for (const label of ['with-key', 'without-key'])
    journal.check(`${label}: never sent twice`, counted.get(label) === 1, `${counted.get(label) ?? 0} row`);
};

const write = ({ hybrid, journal, names }: TourContext, label: string, options: { readonly idempotencyKey?: string }) =>
  journal.call({ operation: 'sql.write', about: label, say: () => 'settled' }, () =>
    hybrid.sql.write(
      sql`insert into ${sql.identifier('public', names.insertsTable)} (label) values (${label})`,
      options,
    ),
  );

/** The write commits; then the MCP server dies before its answer is out. */
const loseTheAnswer = ({ tap, killMcp }: TourContext, label: string): void =>
  tap.once((body) => body.includes(label), { after: () => void killMcp() });

/** The section shows one loss at a time, so it starts with an MCP server that is up again. */
const untilMcpAnswers = async ({ hybrid, journal }: TourContext): Promise<void> => {
  for (let tries = 0; tries < 20; tries += 1) {
    const result = await journal.call({ operation: 'sql.read', about: 'is the MCP server back?', silent: true }, () =>
      hybrid.sql.read(sql`select 1 as up`),
    );
    if (result.isOk() && result.value.layer === 'mcp') return;
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
};
