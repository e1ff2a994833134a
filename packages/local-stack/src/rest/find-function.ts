import { err, ok, type Result } from 'neverthrow';
import type { ClientBase } from 'pg';
import { restError, type RestError } from './rest-error.js';

/** A function of schema public, as far as a call by name needs to know it. */
export interface SqlFunction {
  readonly names: readonly string[];
  readonly types: readonly string[];
  readonly defaults: number;
  readonly gives: 'nothing' | 'value' | 'row';
  readonly many: boolean;
  readonly volatile: boolean;
}

const lookup = `
select coalesce(array(
         select p.proargnames[i] from generate_series(1, coalesce(array_length(p.proallargtypes, 1), p.pronargs)) as i
         where coalesce(p.proargmodes[i], 'i') in ('i', 'b', 'v') order by i), '{}') as names,
       array(select format_type(u.type, null) from unnest(p.proargtypes) with ordinality as u(type, n) order by n) as types,
       p.pronargdefaults as defaults,
       case when t.typname = 'void' then 'nothing'
            when t.typtype = 'c' or t.typname = 'record' or p.proargmodes && '{o,b,t}'::"char"[] then 'row'
            else 'value' end as gives,
       p.proretset as many,
       p.provolatile = 'v' as volatile
from pg_catalog.pg_proc as p
join pg_catalog.pg_type as t on t.oid = p.prorettype
where p.pronamespace = 'public'::regnamespace and p.prokind = 'f' and p.proname = $1`;

/** The one function of that name which takes exactly these named arguments. */
export async function findFunction(
  client: ClientBase,
  name: string,
  given: readonly string[],
): Promise<Result<SqlFunction, RestError>> {
  const { rows } = await client.query<SqlFunction>(lookup, [name]);
  const [found, ...others] = rows.filter((candidate) => takes(candidate, given));
  if (found === undefined) return err(notFound(name, given));
  return others.length === 0 ? ok(found) : err(ambiguous(name));
}

function takes({ names, defaults }: SqlFunction, given: readonly string[]): boolean {
  const required = names.slice(0, names.length - defaults);
  return required.every((name) => given.includes(name)) && given.every((name) => name !== '' && names.includes(name));
}

function notFound(name: string, given: readonly string[]): RestError {
  const searched = given.length === 0 ? `public.${name} without parameters` : `public.${name}(${given.join(', ')})`;
  return restError(404, 'PGRST202', `Could not find the function ${searched} in the schema cache`, {
    details: 'No function of that name in schema public takes exactly these named parameters.',
  });
}

const ambiguous = (name: string): RestError =>
  restError(300, 'PGRST203', `Could not choose the best candidate function among several named public.${name}`, {
    hint: 'Give the functions different names or different parameter names.',
  });
