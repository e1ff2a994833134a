import { createUploadTurns } from './upload-turns.js';

test('turns at one upload go in the order of being asked for, at two they do not wait for each other', async () => {
  const turns = createUploadTurns();
  const order: string[] = [];
  const first = await turns.take('a');
  const waiting = ['second', 'third'].map(async (name) => {
    const turn = await turns.take('a');
    order.push(name);
    turn.end();
  });
  await turns.take('b');
  order.push('other');
  first.end();
  await Promise.all(waiting);
  expect(order).toEqual(['other', 'second', 'third']);
});

test('whoever has the turn is told when another wants it, and at once when one wanted it before', async () => {
  const turns = createUploadTurns();
  const asked: string[] = [];
  const first = await turns.take('a');
  first.onWanted(() => asked.push('first'));
  expect(asked).toEqual([]);
  const second = turns.take('a');
  expect(asked).toEqual(['first']);
  const third = turns.take('a');
  first.end();
  (await second).onWanted(() => asked.push('second'));
  expect(asked).toEqual(['first', 'first', 'second']);
  (await second).end();
  (await third).onWanted(() => asked.push('third'));
  expect(asked).toEqual(['first', 'first', 'second']);
});
