import { z } from 'zod';

const column = z.object({
  name: z.string(),
  nullable: z.boolean(),
  /** May be left out of an insert. */
  optional: z.boolean(),
  /** Must be left out of an insert. */
  generated: z.boolean(),
  type: z.string(),
  isArray: z.boolean(),
  enumSchema: z.string().nullable(),
});
type Column = z.infer<typeof column>;

const relation = z.object({
  name: z.string(),
  isView: z.boolean(),
  columns: z.array(column),
  relationships: z.array(
    z.object({
      foreignKeyName: z.string(),
      columns: z.array(z.string()),
      isOneToOne: z.boolean(),
      referencedRelation: z.string(),
      referencedColumns: z.array(z.string()),
    }),
  ),
});
type Relation = z.infer<typeof relation>;

/** A schema as the catalogue tells of it. */
export const catalogueSchemas = z.array(
  z.object({
    schema: z.string(),
    relations: z.array(relation),
    enums: z.array(z.object({ name: z.string(), labels: z.array(z.string()).nullable() })),
  }),
);
type Schemas = z.infer<typeof catalogueSchemas>;

const byType = new Map<string, string>([
  ...['int2', 'int4', 'int8', 'float4', 'float8', 'numeric'].map((name) => [name, 'number'] as const),
  ...['text', 'varchar', 'bpchar', 'char', 'name', 'citext', 'uuid', 'bytea'].map((name) => [name, 'string'] as const),
  ...['date', 'time', 'timetz', 'timestamp', 'timestamptz'].map((name) => [name, 'string'] as const),
  ['bool', 'boolean'],
  ['json', 'Json'],
  ['jsonb', 'Json'],
]);

const nothing = '{ [_ in never]: never }';

/** The text of a module that supabase-js takes as its `Database` type. Functions and composite types are left out. */
export function typescriptOf(schemas: Schemas): string {
  const parts = schemas.map(
    ({ schema, relations, enums }) => `  ${nameOf(schema)}: {
    Tables: ${membersOf(relations.filter(({ isView }) => !isView).map((each) => [each.name, tableOf(each)]))}
    Views: ${membersOf(relations.filter(({ isView }) => isView).map((each) => [each.name, viewOf(each)]))}
    Functions: ${nothing}
    Enums: ${membersOf(enums.map(({ name, labels }) => [name, (labels ?? []).map((label) => JSON.stringify(label)).join(' | ') || 'never']))}
    CompositeTypes: ${nothing}
  }`,
  );
  return `export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
${parts.join('\n')}
}
`;
}

const membersOf = (members: readonly (readonly [name: string, type: string])[]): string =>
  members.length === 0
    ? nothing
    : `{\n${members.map(([name, type]) => `      ${nameOf(name)}: ${type}`).join('\n')}\n    }`;

const tableOf = ({ columns, relationships }: Relation): string => `{
        Row: ${shapeOf(columns, '')}
        Insert: ${shapeOf(columns, 'optional')}
        Update: ${shapeOf(columns, '?')}
        Relationships: ${JSON.stringify(relationships)}
      }`;

const viewOf = ({ columns }: Relation): string => `{
        Row: ${shapeOf(columns, '')}
        Relationships: []
      }`;

/** `''` is a row that was read, `?` one of which every column may be left out, `optional` one of which some may. */
function shapeOf(columns: readonly Column[], mark: '' | '?' | 'optional'): string {
  const lineOf = (each: Column): string => {
    if (mark !== '' && each.generated) return `${nameOf(each.name)}?: never`;
    return `${nameOf(each.name)}${mark === '?' || (mark === 'optional' && each.optional) ? '?' : ''}: ${typeOf(each)}`;
  };
  return `{\n${columns.map((each) => `          ${lineOf(each)}`).join('\n')}\n        }`;
}

function typeOf({ type, isArray, nullable, enumSchema }: Column): string {
  const one =
    enumSchema === null
      ? (byType.get(type) ?? 'unknown')
      : `Database[${JSON.stringify(enumSchema)}]["Enums"][${JSON.stringify(type)}]`;
  return `${one}${isArray ? '[]' : ''}${nullable ? ' | null' : ''}`;
}

const nameOf = (name: string): string =>
  /^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
