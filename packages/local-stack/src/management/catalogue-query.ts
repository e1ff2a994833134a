/** One row with one JSON of a schema's tables, views and enums: what `typescriptOf` writes down. `$1` is the list of schemas. */
export const catalogueText = `
  select n.nspname as schema,
    coalesce((
      select jsonb_agg(jsonb_build_object(
        'name', c.relname, 'isView', c.relkind in ('v', 'm'), 'columns', (
          select jsonb_agg(jsonb_build_object(
            'name', a.attname, 'nullable', not a.attnotnull,
            'optional', a.atthasdef or a.attidentity <> '' or not a.attnotnull,
            'generated', a.attgenerated <> '' or a.attidentity = 'a',
            'type', coalesce(e.typname, b.typname, t.typname), 'isArray', e.oid is not null,
            'enumSchema', en.nspname) order by a.attname)
          from pg_attribute a
          join pg_type t on t.oid = a.atttypid
          left join pg_type b on b.oid = t.typbasetype
          left join pg_type e on e.oid = t.typelem and t.typcategory = 'A'
          left join pg_type en_t on en_t.oid = coalesce(e.oid, b.oid, t.oid) and en_t.typtype = 'e'
          left join pg_namespace en on en.oid = en_t.typnamespace
          where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
        'relationships', coalesce((
          select jsonb_agg(jsonb_build_object(
            'foreignKeyName', k.conname,
            'columns', (select jsonb_agg(a.attname order by o) from unnest(k.conkey) with ordinality u (num, o)
                        join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num),
            'isOneToOne', exists (select from pg_index i where i.indrelid = k.conrelid and i.indisunique
              and i.indpred is null and i.indnkeyatts = cardinality(k.conkey) and i.indkey::int2[] @> k.conkey),
            'referencedRelation', f.relname,
            'referencedColumns', (select jsonb_agg(a.attname order by o) from unnest(k.confkey) with ordinality u (num, o)
                                  join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num)) order by k.conname)
          from pg_constraint k join pg_class f on f.oid = k.confrelid
          where k.conrelid = c.oid and k.contype = 'f'), '[]')) order by c.relname)
      from pg_class c where c.relnamespace = n.oid and c.relkind in ('r', 'p', 'f', 'v', 'm')
        and exists (select from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped)), '[]') as relations,
    coalesce((
      select jsonb_agg(jsonb_build_object('name', t.typname,
        'labels', (select jsonb_agg(l.enumlabel order by l.enumsortorder) from pg_enum l where l.enumtypid = t.oid)) order by t.typname)
      from pg_type t where t.typnamespace = n.oid and t.typtype = 'e'), '[]') as enums
  from pg_namespace n where n.nspname = any ($1::text[]) order by 1`;
