import type { Statement, Tags } from '@hybrid-supabase/core';
import { calledFunctions } from './called-functions.js';
import { parseSql } from './parser.js';
import { singleStatement, type SingleStatement } from './single-statement.js';
import { tablesOf } from './tables-of.js';
import { membersOf } from './tree.js';

/** What a read depends on: its tables and views, of any schema. Nothing where it calls what may look elsewhere, at the clock or at the session. */
export const readTags = async ({ text }: Statement): Promise<Tags | undefined> =>
  (await parseSql(text)).andThen(singleStatement).match(tagsOf, () => undefined);

const tagsOf = (single: SingleStatement): Tags | undefined => {
  // A plan depends on statistics, and a setting on the session.
  if (single.type !== 'SelectStmt') return undefined;
  if (!calledFunctions(single.node).every((name) => plainFunctions.has(name))) return undefined;
  for (const [member] of membersOf(single.node)) if (looksElsewhere.has(member)) return undefined;
  const names = tablesOf(single).reads.map((name) => `table:${name.slice(name.lastIndexOf('.') + 1)}`);
  return [...new Set(names)];
};

/** `current_date` and `current_user`; a sample of a table is another one each time. */
const looksElsewhere = new Set(['SQLValueFunction', 'RangeTableSample']);

/** Built-in functions that give the same for the same arguments and rows, whoever asks and whenever. */
const plainFunctions = new Set(
  `abs array_agg array_append array_cat array_length array_position array_remove array_to_string avg bit_and bit_or
  bool_and bool_or btrim cardinality ceil ceiling char_length concat concat_ws count cume_dist date_bin date_part
  date_trunc decode dense_rank div encode every exp extract first_value floor format generate_series generate_subscripts
  greatest initcap json_agg json_array_elements json_build_array json_build_object json_object_agg jsonb_agg
  jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array jsonb_build_object jsonb_each
  jsonb_each_text jsonb_object_agg jsonb_object_keys jsonb_path_query jsonb_set jsonb_typeof lag last_value lead least
  left length like_escape ln log lower lpad ltrim make_date make_interval max md5 min mod mode nth_value ntile
  octet_length overlay percent_rank percentile_cont percentile_disc position power rank regexp_matches regexp_replace
  repeat replace reverse right round row_number row_to_json rpad rtrim sign split_part sqrt starts_with stddev strpos
  string_agg string_to_array strip substr substring sum to_json to_jsonb translate trim trunc unnest upper variance
  width_bucket`.split(/\s+/),
);
