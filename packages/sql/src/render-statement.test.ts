import type { Statement } from '@hybrid-supabase/core';
import { parseSql } from './parser.js';
import { renderStatement } from './render-statement.js';

async function render(text: string, ...values: Statement['values']) {
  const { tokens } = (await parseSql(text))._unsafeUnwrap();
  return renderStatement({ text, values }, tokens);
}

test.each<[string, Statement['values'], string]>([
  ['select $1', [1], "select ('1')"],
  ['select $1, $1', ['a'], "select ('a'), ('a')"],
  ['select $2, $1', [1, 2], "select ('2'), ('1')"],
  ['select $1::int8', [null], 'select (null)::int8'],
  ['select $1', ["a'b"], "select ('a''b')"],
  ['select $1', ["a\\'b"], "select (E'a\\\\''b')"],
  ["select '😀é$1', $1", ['ü😀'], "select '😀é$1', ('ü😀')"],
  [
    "select '$1', E'\\'$1', $$ $1 $$, $tag$ $1 $tag$, a.\"b$1\", foo$8 -- $1\n, /* $1 /* $1 */ */ $1",
    [1],
    "select '$1', E'\\'$1', $$ $1 $$, $tag$ $1 $tag$, a.\"b$1\", foo$8 -- $1\n, /* $1 /* $1 */ */ ('1')",
  ],
  ['select 1;', [], 'select 1'],
  ["select '\u0001\b\f$1', $1", ['\u0001'], "select '\u0001\b\f$1', ('\u0001')"],
  ['select 1 ; ; -- end', [], 'select 1'],
  ['select $1; -- $2', [true], "select ('true')"],
  ["select 'a\\b'", [], "select  E'a\\\\b'"],
  ["select 'a\\'\n'b''c'", [], "select  E'a\\\\'\n'b''c'"],
  ["select E'a\\n', U&'\\0061', $$\\$$", [], "select E'a\\n', U&'\\0061', $$\\$$"],
  ['select $1', ['$1 $2'], "select ('$1 $2')"],
  ['; ;select $1;', [1], "select ('1')"],
  ['/* é */ ; /*+ hint */ select 1;', [], ' /*+ hint */ select 1'],
  [
    'create rule r as on insert to t do (select 1; select 2;);',
    [],
    'create rule r as on insert to t do (select 1; select 2;)',
  ],
  ["select N'a\\b', n'c', n.n from t n", [], "select nchar E'a\\\\b', nchar'c', n.n from t n"],
  ['select $x$ $\u0001$ ; $1 $x$, $1', [1], "select $x$ $\u0001$ ; $1 $x$, ('1')"],
])('%j is rendered', async (text, values, rendered) => {
  expect((await render(text, ...values))._unsafeUnwrap()).toBe(rendered);
});

test.each<[string, Statement['values']]>([
  ['select 1', [1]],
  ['select $1', []],
  ['select $2', [1]],
  ['select $1, $3', [1, 2]],
  ['select $1, $3', [1, 2, 3]],
  ['select $0', [1]],
  ['select $1, $2', [1]],
])('%j with %j is refused: numbers and values must match', async (text, values) => {
  expect((await render(text, ...values))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-request',
    code: 'wrong-parameters',
  });
});

test('a value that throws when it is read is refused', async () => {
  const thrower = (): never => {
    throw new Error('not for you');
  };
  const hostile = [
    Object.defineProperty({}, 'a', { get: thrower, enumerable: true }),
    new Proxy({}, { ownKeys: thrower }),
  ];
  for (const value of [...hostile, [hostile[1] ?? null]])
    expect((await render('select $1', value))._unsafeUnwrapErr()).toMatchObject({ code: 'unsendable-value' });
});

test('a refused value is named by its number', async () => {
  expect((await render('select $1, $2', 1, '\0'))._unsafeUnwrapErr().message).toMatch(/^\$2: /);
});
