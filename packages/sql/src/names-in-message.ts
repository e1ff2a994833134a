import type { DatabaseNames } from '@hybrid-supabase/core';

/**
 * What of the schema a message of PostgreSQL names. Text is all that every layer passes on, so the driver's fields are not
 * asked: they would tell more through one layer than through another. A name that holds a quote is not told.
 */
export function namesInMessage(sqlState: string, message: string): DatabaseNames | undefined {
  const [line = ''] = message.split('\n', 1);
  for (const pattern of messages[sqlState] ?? []) {
    const names = pattern.exec(line)?.groups;
    if (names !== undefined) return withoutGaps(names);
  }
  return undefined;
}

const withoutGaps = ({ table, column, constraint }: NonNullable<RegExpExecArray['groups']>): DatabaseNames => ({
  ...(table !== undefined && { table }),
  ...(column !== undefined && { column }),
  ...(constraint !== undefined && { constraint }),
});

const table = '"(?<table>[^"]+)"';
const column = '"(?<column>[^"]+)"';
const constraint = '"(?<constraint>[^"]+)"';
/** PostgreSQL quotes no name here; one with a space or a quote could be something else. */
const bareTable = '(?<table>[^\\s"]+)';
const line = (text: string): RegExp => new RegExp(`^${text}$`, 'u');

/** English, as Supabase's servers speak; from the sources of PostgreSQL 15 to 18. */
const messages: Readonly<Record<string, readonly RegExp[]>> = {
  '23001': [
    line(
      `update or delete on table "[^"]+" violates RESTRICT setting of foreign key constraint ${constraint} on table ${table}`,
    ),
  ],
  '23502': [
    line(`null value in column ${column} of relation ${table} violates not-null constraint`),
    line(`column ${column} of relation ${table} contains null values`),
    line(`null value in column ${column} violates not-null constraint`),
  ],
  '23503': [
    line(`insert or update on table ${table} violates foreign key constraint ${constraint}`),
    // The constraint is the other table's, which still points at the row.
    line(`update or delete on table "[^"]+" violates foreign key constraint ${constraint} on table ${table}`),
  ],
  '23505': [
    line(`duplicate key value violates unique constraint ${constraint}`),
    line(`could not create unique index ${constraint}`),
  ],
  '23514': [
    line(`new row for relation ${table} violates check constraint ${constraint}`),
    line(`check constraint ${constraint} of relation ${table} is violated by some row`),
    line(`value for domain \\S+ violates check constraint ${constraint}`),
    line(`new row for relation ${table} violates partition constraint`),
    line(`no partition of relation ${table} found for row`),
  ],
  '23P01': [
    line(`conflicting key value violates exclusion constraint ${constraint}`),
    line(`could not create exclusion constraint ${constraint}`),
  ],
  '42501': [
    line(`permission denied for column ${column} of relation ${table}`),
    line(`permission denied for (?:table|relation|view|materialized view|foreign table) ${bareTable}`),
    line(`must be owner of (?:table|relation|view|materialized view|foreign table) ${bareTable}`),
    line(`new row violates row-level security policy (?:"[^"]+" |\\(USING expression\\) )?for table ${table}`),
  ],
  '42701': [line(`column ${column} of relation ${table} already exists`)],
  '42702': [line(`column reference ${column} is ambiguous`)],
  '42703': [
    line(`column ${column} of relation ${table} does not exist`),
    line(`column ${column} (?:referenced in foreign key constraint |named in key )?does not exist`),
    // What stands before the dot may be an alias, which is no name of the schema.
    line('column [^\\s".]+\\.(?<column>[^\\s".]+) does not exist'),
  ],
  '42704': [line(`constraint ${constraint} (?:of relation|for table) ${table} does not exist`)],
  '42710': [line(`constraint ${constraint} for relation ${table} already exists`)],
  '42803': [
    line(`column "[^".]+\\.(?<column>[^".]+)" must appear in the GROUP BY clause or be used in an aggregate function`),
  ],
  '42804': [line(`column ${column} is of type .+ but expression is of type .+`)],
  '428C9': [
    line(`cannot insert a non-DEFAULT value into column ${column}`),
    line(`column ${column} can only be updated to DEFAULT`),
  ],
  '42P01': [line(`(?:relation|table|view) ${table} does not exist`)],
  '42P07': [line(`relation ${table} already exists`)],
  '55P03': [line(`could not obtain lock on relation ${table}`)],
};
