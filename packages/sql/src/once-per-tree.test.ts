import { oncePerTree } from './once-per-tree.js';
import { parseSql } from './parser.js';
import { singleStatement } from './single-statement.js';

test('a tree is looked at once, every tree for itself', async () => {
  let looks = 0;
  const look = oncePerTree(({ type }) => `${type} ${(looks += 1)}`);
  const of = async (text: string) => look((await parseSql(text)).andThen(singleStatement)._unsafeUnwrap());
  expect([await of('select $1'), await of('select $1'), await of('select $2'), await of('select $1')]).toEqual([
    'SelectStmt 1',
    'SelectStmt 1',
    'SelectStmt 2',
    'SelectStmt 1',
  ]);
});

test('nothing found is remembered too', async () => {
  let looks = 0;
  const look = oncePerTree(() => void (looks += 1));
  const single = (await parseSql('select 1')).andThen(singleStatement)._unsafeUnwrap();
  expect([look(single), look(single), looks]).toEqual([undefined, undefined, 1]);
});
