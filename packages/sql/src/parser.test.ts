import fc from 'fast-check';
import { parseSql } from './parser.js';

test.each([
  ['selct 1', 1, 0],
  ["select '😀' frm x y", 16, 16],
  ["select 'é😀😀', '\u{10ffff}' frm x y", 23, 25],
  ['select 1\nfrom', 14, 13],
  ["select 'abc", 8, 7],
  ['select (1', 10, 9],
])('a syntax error in %j is at character %i of the caller, unit %i', async (text, character, position) => {
  expect((await parseSql(text))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-request',
    code: '42601',
    sqlState: '42601',
    message: `The statement has a syntax error at character ${character}.`,
    position,
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

const word = fc.constantFrom(
  'a',
  'tabl',
  '$1',
  "'é'",
  "'😀😀'",
  '"😀"',
  '/* é\n😀 */',
  '$x$ 😀 $x$',
  '(',
  '1.5',
  ',',
  '+',
  '\n',
);

test('the place of a syntax error is where its token begins, whatever stands before it', () =>
  fc.assert(
    fc.asyncProperty(fc.array(word, { maxLength: 8 }), fc.array(word, { maxLength: 3 }), async (before, after) => {
      // No statement goes on with two closing brackets, so the first error is there at the latest.
      const text = `select ${before.join(' ')} ]] ${after.join(' ')}`;
      const { position = -1 } = (await parseSql(text))._unsafeUnwrapErr();
      const bad = text.indexOf(']]');
      const starts = [...before.keys()].map(
        (at) => `select ${before.slice(0, at).join(' ')}`.length + (at > 0 ? 1 : 0),
      );
      expect([bad, ...starts]).toContain(position);
    }),
    { seed: 2_026, numRuns: 500 },
  ));

test('an error inside of a token has no place: the parser counts there by rules of its own', async () => {
  expect((await parseSql("select U&'é''\\zz'"))._unsafeUnwrapErr()).not.toHaveProperty('position');
});
