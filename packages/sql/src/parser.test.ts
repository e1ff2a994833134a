import { parseSql } from './parser.js';

test.each([
  ['selct 1', 1],
  ["select '😀' frm x y", 16],
  ['select 1\nfrom', 14],
  ["select 'abc", 8],
  ['select (1', 10],
])('a syntax error in %j is at character %i of the caller', async (text, character) => {
  expect((await parseSql(text))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-request',
    code: '42601',
    sqlState: '42601',
    message: `The statement has a syntax error at character ${character}.`,
  });
});

test('an error never quotes the statement', async () => {
  const error = (await parseSql("select 1 where password = = 'hunter2'"))._unsafeUnwrapErr();
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test.each(['select \0', 'select \ud800'])('text that PostgreSQL cannot hold is refused', async (text) => {
  expect((await parseSql(text))._unsafeUnwrapErr().code).toBe('unsendable-text');
});

test('a very long chain of operators is read', async () => {
  const text = `select ${Array.from({ length: 3_000 }, () => '1').join('+')}`;
  expect((await parseSql(text)).isOk()).toBe(true);
});
