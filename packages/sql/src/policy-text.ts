import type { NewObjectPolicy, ObjectPolicy, PolicyCommand } from '@hybrid-supabase/core';
import { err, ok, Result } from 'neverthrow';
import { checkBucket } from './check-bucket.js';
import { isName } from './is-name.js';
import { parseExpression } from './parse-expression.js';
import { quoteIdentifier } from './quote-identifier.js';
import { quoteLiteral } from './quote-literal.js';
import type { SqlRejection } from './sql-rejection.js';

interface Expressions {
  readonly using: boolean;
  readonly withCheck: boolean;
}

/** Which expressions PostgreSQL allows for a command. */
const expressionsOf: Readonly<Record<PolicyCommand, Expressions>> = {
  all: { using: true, withCheck: true },
  select: { using: true, withCheck: false },
  insert: { using: false, withCheck: true },
  update: { using: true, withCheck: true },
  delete: { using: true, withCheck: false },
};

/** A checked policy: the statement that creates it, and the policy it creates. */
export interface PolicyText {
  readonly text: string;
  readonly policy: ObjectPolicy;
}

/** The `create policy` statement, every name quoted and the bucket added to each expression. */
export async function policyText(asked: NewObjectPolicy): Promise<Result<PolicyText, SqlRejection>> {
  const { bucket, name, command, roles = ['authenticated'] } = asked;
  const refused = checkBucket({ id: bucket }) ?? checkName(name, roles) ?? checkExpressions(asked);
  if (refused !== undefined) return err(refused);
  const using = await conditionOf(bucket, asked.using);
  const check = await conditionOf(bucket, asked.withCheck);
  const takes = expressionsOf[command];
  return Result.combine([using, check]).map(([usingText = '', checkText = '']) =>
    withText({
      name,
      command,
      roles,
      using: takes.using ? usingText : null,
      withCheck: takes.withCheck ? checkText : null,
    }),
  );
}

const withText = (policy: ObjectPolicy): PolicyText => ({ text: createText(policy), policy });

const createText = ({ name, command, roles, using, withCheck }: ObjectPolicy): string =>
  `create policy ${quoteIdentifier(name)} on storage.objects as permissive for ${command} to ${roles.map(roleText).join(', ')}` +
  (using === null ? '' : ` using (${using})`) +
  (withCheck === null ? '' : ` with check (${withCheck})`);

const roleText = (role: string): string => (role === 'public' ? 'public' : quoteIdentifier(role));

async function conditionOf(bucket: string, expression: string | undefined): Promise<Result<string, SqlRejection>> {
  const inBucket = `bucket_id = ${quoteLiteral(bucket)}`;
  if (expression === undefined) return ok(inBucket);
  return (await parseExpression(expression)).map((text) => `${inBucket} and ${text}`);
}

const checkName = (name: string, roles: readonly string[]): SqlRejection | undefined =>
  isName(name) && roles.length > 0 && roles.every(isName) ? undefined : wrongName;

function checkExpressions({ command, using, withCheck }: NewObjectPolicy): SqlRejection | undefined {
  const allowed: Expressions | undefined = expressionsOf[command];
  if (allowed === undefined) return wrongCommand;
  return (using !== undefined && !allowed.using) || (withCheck !== undefined && !allowed.withCheck)
    ? wrongExpression
    : undefined;
}

/** The refusal of a name that PostgreSQL would cut, or could not take at all. */
export const wrongName: SqlRejection = {
  kind: 'invalid-request',
  code: 'InvalidName',
  message: 'The name of the policy or of a role is empty, too long or not valid text, or there is no role.',
  hint: 'Names have 1 to 63 bytes.',
};
const wrongCommand: SqlRejection = {
  kind: 'invalid-request',
  code: 'InvalidCommand',
  message: 'The policy is for no command that PostgreSQL knows.',
  hint: 'Use all, select, insert, update or delete.',
};
const wrongExpression: SqlRejection = {
  kind: 'invalid-request',
  code: 'InvalidExpression',
  message: 'The command of the policy does not take this expression.',
  hint: 'insert takes withCheck alone; select and delete take using alone.',
};
