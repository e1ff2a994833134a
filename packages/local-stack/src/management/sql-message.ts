import type { DatabaseError } from 'pg';

/** The text in which the Management API tells of a failed statement: severity, SQLSTATE, message, and where. */
export function sqlMessage(error: DatabaseError, query: string): string {
  const lines = [
    `${error.severity ?? 'ERROR'}:  ${error.code ?? 'XX000'}: ${error.message}`,
    ...pointer(query, Number(error.position)),
    ...field('DETAIL', error.detail),
    ...field('HINT', error.hint),
    ...field('QUERY', error.internalQuery),
    ...field('CONTEXT', error.where),
  ];
  return `Failed to run sql query: ${lines.join('\n')}`;
}

const field = (name: string, value: string | undefined): readonly string[] =>
  value === undefined ? [] : [`${name}:  ${value}`];

/** The statement's line with a caret under the place. PostgreSQL counts characters, not UTF-16 units. */
function pointer(query: string, position: number): readonly string[] {
  if (!Number.isInteger(position) || position < 1) return [];
  const before = [...query]
    .slice(0, position - 1)
    .join('')
    .split('\n');
  const line = query.split('\n')[before.length - 1];
  if (line === undefined) return [];
  const label = `LINE ${before.length}: `;
  return [`${label}${line}`, `${' '.repeat(label.length + (before.at(-1)?.length ?? 0))}^`];
}
