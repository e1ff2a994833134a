import {
  layerError,
  type LayerError,
  type ObjectPolicy,
  type PoliciesPort,
  type PolicyCommand,
  type Row,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { PortFromSql } from './create-buckets-port.js';
import { isName } from './is-name.js';
import { policyText, wrongName } from './policy-text.js';
import { sql as statement } from './sql.js';
import { rejectionError } from './sql-rejection.js';

/** Row level security of storage objects from SQL alone. The key of a call goes to the ledger. */
export function createPoliciesPort({ sql, layer }: PortFromSql): PoliciesPort {
  return {
    list: async ({ bucket }, call) =>
      (await sql.read(listStatement(bucket), call)).andThen(({ rows }) => policiesOf(layer, rows)),
    create: async (input, call) => {
      const text = await policyText(input);
      if (text.isErr()) return err(rejectionError(layer, text.error));
      const created = await sql.write({ text: text.value.text, values: [] }, call);
      if (created.isErr()) return err(created.error.sqlState === '42710' ? taken(created.error) : created.error);
      return ok(text.value.policy);
    },
    drop: async ({ name }, call) => {
      if (!isName(name)) return err(rejectionError(layer, wrongName));
      const dropped = await sql.write(statement`drop policy ${statement.identifier(name)} on storage.objects`, call);
      if (dropped.isErr()) return err(dropped.error.sqlState === '42704' ? notFound(dropped.error) : dropped.error);
      return ok();
    },
  };
}

const listStatement = (
  bucket: string | undefined,
) => statement`select policyname as name, lower(cmd) as command, roles::text[] as roles, qual, with_check
from pg_policies where schemaname = 'storage' and tablename = 'objects' ${bucket === undefined ? statement`` : mentions(bucket)}
order by policyname collate "C"`;

const mentions = (bucket: string) =>
  statement`and position(quote_literal(${bucket}::text) in concat(qual, ' ', with_check)) > 0`;

const commands: readonly PolicyCommand[] = ['all', 'select', 'insert', 'update', 'delete'];

function policiesOf(layer: string, rows: readonly Row[]): Result<readonly ObjectPolicy[], LayerError> {
  const policies: ObjectPolicy[] = [];
  for (const row of rows) {
    const policy = policyOf(row);
    if (policy === undefined) return err(unreadable(layer));
    policies.push(policy);
  }
  return ok(policies);
}

function policyOf({ name, command, roles, qual, with_check: withCheck }: Row): ObjectPolicy | undefined {
  const known = commands.find((one) => one === command);
  if (typeof name !== 'string' || known === undefined || !Array.isArray(roles)) return undefined;
  return { name, command: known, roles: roles.map(String), using: textOrNull(qual), withCheck: textOrNull(withCheck) };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);

const taken = (error: LayerError): LayerError =>
  layerError({
    ...error,
    kind: 'conflict',
    code: 'PolicyAlreadyExists',
    message: 'A policy with this name exists on storage.objects.',
    hint: 'Use another name, or drop the policy first.',
  });

const notFound = (error: LayerError): LayerError =>
  layerError({
    ...error,
    kind: 'not-found',
    code: 'NoSuchPolicy',
    message: 'There is no policy with this name on storage.objects.',
    hint: 'List the policies to see their names.',
  });

const unreadable = (layer: string): LayerError =>
  layerError({
    kind: 'invalid-reply',
    layer,
    effect: 'unknown',
    code: 'unreadable-answer',
    message: 'The answer does not hold the columns of pg_policies.',
    hint: 'Check that the server is PostgreSQL 10 or later.',
  });
