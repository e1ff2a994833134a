import { sql } from './sql.js';

const plain = ({ text, values }: { text: string; values: readonly unknown[] }) => ({ text, values });

test('a value becomes a parameter', () => {
  expect(plain(sql`select * from t where id = ${7} and name = ${"x' or 1=1"}`)).toEqual({
    text: 'select * from t where id = $1 and name = $2',
    values: [7, "x' or 1=1"],
  });
});

test('pieces nest, and their parameters are numbered over the whole', () => {
  const where = sql`where a = ${1} and ${sql`b = ${2}`}`;
  expect(plain(sql`select ${0}, x from t ${where} limit ${3}`)).toEqual({
    text: 'select $1, x from t where a = $2 and b = $3 limit $4',
    values: [0, 1, 2, 3],
  });
});

test('one piece may stand in a statement twice', () => {
  const same = sql`a = ${1}`;
  expect(plain(sql`${same} or ${same}`)).toEqual({ text: 'a = $1 or a = $2', values: [1, 1] });
});

test('a piece that begins or ends with a value keeps it', () => {
  expect(plain(sql`${sql`${1}, ${null}`}`)).toEqual({ text: '$1, $2', values: [1, null] });
});

test('an identifier is quoted as it is', () => {
  expect(sql.identifier('my schema', 'T"x').text).toBe('"my schema"."T""x"');
});

test.each(['', 'a\0b', '\ud800', 'x'.repeat(64), 'é'.repeat(32)])('an identifier of %j throws at once', (name) => {
  expect(() => sql.identifier(name)).toThrow('sql.identifier');
});

test('a text that JavaScript cannot read throws at once, and never loses its condition', () => {
  expect(() => sql`delete from t ${sql``} \unless`).toThrow('sql: a backslash');
  expect(() => sql`\xz ${1}`).toThrow('sql: a backslash');
});

test('undefined stays itself, to be refused, and becomes no null', () => {
  const nothing = Object.values<null>(JSON.parse('[]'))[0] ?? undefined;
  expect(plain(Reflect.apply(sql, undefined, [Object.assign(['a = ', ''], { raw: [] }), nothing]))).toEqual({
    text: 'a = $1',
    values: [undefined],
  });
});

test('raw text stands as it is', () => {
  expect(plain(sql`select ${sql.raw('now()')}`)).toEqual({ text: 'select now()', values: [] });
});

test('a list is joined, of values and of pieces', () => {
  expect(plain(sql`in (${sql.join([1, sql.raw('default'), 'x'])})`)).toEqual({
    text: 'in ($1, default, $2)',
    values: [1, 'x'],
  });
  expect(plain(sql.join([sql`a = ${1}`, sql`b = ${2}`], ' and '))).toEqual({
    text: 'a = $1 and b = $2',
    values: [1, 2],
  });
  expect(sql.join([]).text).toBe('');
});

test('an object that looks like a statement is a value, not SQL', () => {
  expect(plain(sql`select ${{ text: 'drop table t', values: [] }}`)).toEqual({
    text: 'select $1',
    values: [{ text: 'drop table t', values: [] }],
  });
});

test('a statement by the tag takes decode options by spreading, and goes on nesting without them', () => {
  const counted = { ...sql`select count(*) as n from t where a = ${1}`, decode: { int8: 'number' } } as const;
  expect(counted).toMatchObject({ text: 'select count(*) as n from t where a = $1', values: [1] });
  const outer = sql`select ${2}, n from (${counted}) c`;
  expect(plain(outer)).toEqual({
    text: 'select $1, n from (select count(*) as n from t where a = $2) c',
    values: [2, 1],
  });
  expect(outer.decode).toBeUndefined();
});
