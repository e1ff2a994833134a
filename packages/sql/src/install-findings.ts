import type { SqlResult, Statement } from '@hybrid-supabase/core';
import { installVersion } from './install-sql.js';
import { installedFunctions, type InstalledFunction } from './installed-functions.js';
import { quoteLiteral } from './quote-literal.js';

/** One thing that the installed schema lacks, or has otherwise than this version needs it. */
export interface InstallFinding {
  readonly state: 'missing' | 'out-of-date';
  readonly what: string;
}

type Expectation = readonly [state: InstallFinding['state'], what: string, holds: string];

const schema = `to_regnamespace('hybrid')::oid`;
const ledger = `to_regclass('hybrid.ledger')::oid`;
const functionOf = (signature: string): string => `to_regprocedure(${quoteLiteral(signature)})::oid`;
const door = functionOf('public.hybrid_run(jsonb)');
const allFunctions = `array[${installedFunctions.map(({ signature }) => functionOf(signature)).join(', ')}]`;

/** Where the part is not there at all, that is another finding. */
const ifThere = (part: string, holds: string): string => `${part} is null or (${holds})`;

const isAsInstalled = ({ signature, bodyDigest, searchPath }: InstalledFunction): string =>
  ifThere(
    functionOf(signature),
    `exists (select from pg_catalog.pg_proc p where p.oid = ${functionOf(signature)} and not p.prosecdef
  and pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(p.prosrc, 'UTF8')), 'hex') = '${bodyDigest}'
  and p.proconfig is not distinct from ${searchPath === undefined ? 'null' : `array['search_path=${searchPath}']`})`,
  );

const ledgerColumns =
  'created_at timestamp with time zone, digest text, fenced text[], key text, result text, state text';
const ledgerIsAsInstalled = ifThere(
  ledger,
  `(select pg_catalog.string_agg(pg_catalog.concat(a.attname, ' ', pg_catalog.format_type(a.atttypid, null)), ', ' order by a.attname)
    from pg_catalog.pg_attribute a where a.attrelid = ${ledger} and a.attnum > 0 and not a.attisdropped) = '${ledgerColumns}'
  and exists (select from pg_catalog.pg_class c where c.oid = ${ledger} and c.relrowsecurity)
  and exists (select from pg_catalog.pg_index i join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
    where i.indrelid = ${ledger} and i.indisprimary and i.indisvalid and i.indnkeyatts = 1 and a.attname = 'key')`,
);

/** Whoever owns a part can put another into its place. */
const haveOneOwner = `(select pg_catalog.count(distinct o.owner) from (
    select n.nspowner as owner from pg_catalog.pg_namespace n where n.oid = ${schema}
    union all select c.relowner from pg_catalog.pg_class c where c.oid = ${ledger}
    union all select p.proowner from pg_catalog.pg_proc p where p.oid = any (${allFunctions})) o) < 2`;

// Strict functions give null for a role or a part that is not there, and never fail.
const rightsOf = (role: string): readonly string[] => [
  `has_schema_privilege(to_regrole('${role}')::oid, ${schema}, 'usage')`,
  ...['select', 'insert', 'update', 'delete'].map(
    (right) => `has_table_privilege(to_regrole('${role}')::oid, ${ledger}, '${right}')`,
  ),
  ...installedFunctions
    .filter(({ signature }) => signature.startsWith('hybrid.'))
    .map(({ signature }) => `has_function_privilege(to_regrole('${role}')::oid, ${functionOf(signature)}, 'execute')`),
];
const mayRun = (role: string): string =>
  `coalesce(has_function_privilege(to_regrole('${role}')::oid, ${door}, 'execute'), false)`;
const mayAll = (role: string): string => rightsOf(role).join(' and ');
const mayAny = (role: string): string => rightsOf(role).join(' or ');

/** What has to be so, as SQL that works whether or not anything is installed. */
const expectations: readonly Expectation[] = [
  ['missing', 'the schema hybrid', `${schema} is not null`],
  ['missing', 'the table hybrid.ledger', `${ledger} is not null`],
  ...installedFunctions.map(({ signature }): Expectation => [
    'missing',
    `the function ${signature}`,
    `${functionOf(signature)} is not null`,
  ]),
  ['missing', 'the right of service_role to call public.hybrid_run', mayRun('service_role')],
  ['missing', 'rights of service_role in the schema hybrid', `(${mayAll('service_role')}) is not false`],
  ['out-of-date', 'the table hybrid.ledger, which is another', ledgerIsAsInstalled],
  ...installedFunctions.map((installed): Expectation => {
    return ['out-of-date', `the function ${installed.signature}, which is another`, isAsInstalled(installed)];
  }),
  ...['anon', 'authenticated'].flatMap((role): readonly Expectation[] => [
    ['out-of-date', `public.hybrid_run, which ${role} may call`, `not ${mayRun(role)}`],
    ['out-of-date', `the schema hybrid, in which ${role} has rights`, `(${mayAny(role)}) is not true`],
  ]),
  ['out-of-date', 'the owner of some part, who is not that of the others', haveOneOwner],
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
