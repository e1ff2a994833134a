import { readTags } from './read-tags.js';
import { sql } from './sql.js';

test.each<[text: string, tags: readonly string[]]>([
  ['select 1', []],
  ['select * from orders', ['table:orders']],
  ['select * from public.orders o join storage.objects using (id)', ['table:orders', 'table:objects']],
  ['select lower(name), count(*), sum(n) from a.t, b.t group by 1', ['table:t']],
  ['with a as (select * from b) select * from a where n > $1', ['table:b']],
  ['select extract(year from d), trim(name) from t', ['table:t']],
])('%s', async (text, tags) => {
  expect(await readTags({ text, values: [] })).toEqual(tags);
});

test.each([
  'select my_function() from t',
  'select now()',
  'select current_date',
  'select current_user',
  "select current_setting('app.user')",
  'select random() from t',
  'select * from f()',
  'select * from t tablesample system (1)',
  'explain select * from t',
  'select (n).my_function from t',
  'show work_mem',
  'selec 1',
])('what %s depends on is not known', async (text) => {
  expect(await readTags({ text, values: [] })).toBeUndefined();
});

test('a value of the statement is in no tag', async () => {
  expect(await readTags(sql`select * from t where name = ${'secret'}`)).toEqual(['table:t']);
});
