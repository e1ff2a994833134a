import type { SqlResult, Statement } from '@hybrid-supabase/core';
import { installVersion } from './install-sql.js';
import { quoteLiteral } from './quote-literal.js';

/** One thing that the installed schema lacks, or has otherwise than this version needs it. */
export interface InstallFinding {
  readonly state: 'missing' | 'out-of-date';
  readonly what: string;
}

const functions = [
  'hybrid.claim(text,text,text)',
  'hybrid.record(text,text)',
  'hybrid.execute(jsonb)',
  'hybrid.run(text,text,text,jsonb)',
  'hybrid.begin_migration(text,text,text)',
  'hybrid.settle(text,text,text[])',
  'hybrid.prune(interval)',
  'public.hybrid_run(jsonb)',
] as const;

const door = `to_regprocedure('public.hybrid_run(jsonb)')::oid`;
// Strict functions give null for a role or function that is not there, and never fail.
const mayRun = (role: string): string =>
  `coalesce(has_function_privilege(to_regrole('${role}')::oid, ${door}, 'execute'), false)`;

/** What has to be so, as SQL that works whether or not anything is installed. */
const expectations: readonly (readonly [state: InstallFinding['state'], what: string, holds: string])[] = [
  ['missing', 'the schema hybrid', `to_regnamespace('hybrid') is not null`],
  ['missing', 'the table hybrid.ledger', `to_regclass('hybrid.ledger') is not null`],
  ...functions.map(
    (name) => ['missing', `the function ${name}`, `to_regprocedure(${quoteLiteral(name)}) is not null`] as const,
  ),
  ['missing', 'the right of service_role to call public.hybrid_run', mayRun('service_role')],
  ['out-of-date', 'public.hybrid_run, which anon may call', `not ${mayRun('anon')}`],
  ['out-of-date', 'public.hybrid_run, which authenticated may call', `not ${mayRun('authenticated')}`],
  [
    'out-of-date',
    `the installed version, which should be ${installVersion}`,
    `to_regnamespace('hybrid') is null or obj_description(to_regnamespace('hybrid'), 'pg_namespace') is not distinct from 'hybrid-supabase ${installVersion}'`,
  ],
];

/** A read that looks at every part of the schema; give its result to {@link installFindings}. */
export const installFindingsQuery: Statement = {
  text: `select number from (values\n${expectations.map(([, , holds], at) => `(${at}, ${holds})`).join(',\n')}\n) part(number, holds) where not holds order by number`,
  values: [],
};

/** Reads the answer to {@link installFindingsQuery}; nothing found means that all is as it should be. */
export const installFindings = ({ rows }: SqlResult): readonly InstallFinding[] =>
  rows.flatMap(({ number }) => {
    const [state, what] = (typeof number === 'number' ? expectations[number] : undefined) ?? [];
    return state === undefined || what === undefined ? [] : [{ state, what }];
  });
