import { quoteLiteral } from './quote-literal.js';

/** Where a statement that can stand in no query leaves its answer; local to its transaction. */
export const keptAnswer = `pg_catalog.current_setting('hybrid.answer')`;

/**
 * A block that runs a statement whose rows no query can take (`explain`, `show`) and keeps them as the JSON of an answer.
 * It needs nothing installed and no right but to use plpgsql; the server itself says what the columns are called.
 */
export const keepAnswer = (text: string, columnTypes: readonly string[]): string =>
  `do ${quoteLiteral(`declare
  line record;
  lines text[] := '{}';
begin
  for line in execute ${quoteLiteral(text)} loop
    lines := pg_catalog.array_append(lines, pg_catalog.row_to_json(line)::text);
  end loop;
  perform pg_catalog.set_config('hybrid.answer', '{"names":' || lines[1] || ',"types":${typesText(columnTypes)},"rows":[' || pg_catalog.array_to_string(lines, ',') || ']}', true);
end`)}`;

const typesText = (types: readonly string[]): string => JSON.stringify(types.map((type) => [type, null]));
