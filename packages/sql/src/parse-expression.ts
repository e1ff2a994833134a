import { err, ok, type Result } from 'neverthrow';
import { parseSql } from './parser.js';
import type { SqlRejection } from './sql-rejection.js';
import { childOf, listOf, membersOf } from './tree.js';

/** Takes SQL only when it is one expression by itself, without parameters; gives it in parentheses of its own. */
export async function parseExpression(text: string): Promise<Result<string, SqlRejection>> {
  // Both forms must hold: alone, `a) or (b` fails; in parentheses, `a, b` and `a from t` are no single expression.
  const alone = await parseSql(`select ${text}\n`);
  const inside = await parseSql(`select (\n${text}\n) is true`);
  return alone
    .andThen((first) =>
      inside.andThen((second) =>
        isOneExpression(first.statements) && isOneExpression(second.statements) ? ok(`(\n${text}\n)`) : err(notOne),
      ),
    )
    .mapErr(ofExpression);
}

// A place would count in the text around the expression.
const ofExpression = ({ position: _position, ...refused }: SqlRejection): SqlRejection =>
  refused.code === '42601' ? { ...refused, message: 'The condition of a policy has a syntax error.' } : refused;

function isOneExpression(statements: readonly unknown[]): boolean {
  const select = childOf(statements[0], 'SelectStmt');
  const members = Object.keys(select ?? {}).filter((name) => !['targetList', 'limitOption', 'op'].includes(name));
  const targets = listOf(select, 'targetList');
  const target = childOf(targets[0], 'ResTarget');
  if (statements.length !== 1 || members.length > 0 || targets.length !== 1 || target?.['name'] !== undefined)
    return false;
  for (const [name] of membersOf(target)) if (name === 'ParamRef') return false;
  return true;
}

const notOne: SqlRejection = {
  kind: 'invalid-request',
  code: 'not-an-expression',
  message: 'The condition of a policy is not exactly one SQL expression.',
  hint: 'Give one boolean expression without parameters, such as owner_id = auth.uid()::text.',
};
