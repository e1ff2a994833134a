import { alternately } from './alternately.js';

const recorder = () => {
  const asked: string[] = [];
  const ask = (name: string) => async (): Promise<void> => void asked.push(name);
  return { asked, ask };
};

test('asks both sides in turn, the first one changing', async () => {
  const { asked, ask } = recorder();
  const sides = alternately(3, [ask('ours')], [ask('peer')]);
  expect(await sides.ours()).toHaveLength(3);
  expect(asked).toEqual(['ours', 'peer', 'peer', 'ours', 'ours', 'peer']);
});

test('gives the other side what was measured with it, and runs again in the next round', async () => {
  const { asked, ask } = recorder();
  const sides = alternately(2, [ask('ours')], [ask('peer')]);
  const first = [await sides.ours(), await sides.peer()];
  expect(asked).toHaveLength(4);
  const second = [await sides.peer(), await sides.ours()];
  expect(asked).toHaveLength(8);
  expect(second[0]).not.toBe(first[1]);
});

test('uses another pair in each round', async () => {
  const { asked, ask } = recorder();
  const sides = alternately(1, [ask('a'), ask('b')], [ask('x'), ask('y')]);
  for (let round = 0; round < 3; round += 1) {
    await sides.ours();
    await sides.peer();
  }
  expect(asked).toEqual(['a', 'x', 'b', 'y', 'a', 'x']);
});
