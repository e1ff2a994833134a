import { createEnds } from './ends.js';

test('ends run once, the last begun first', async () => {
  const ends = createEnds();
  const ran: string[] = [];
  for (const name of ['listener', 'database']) ends.add(async () => void ran.push(name));
  await Promise.all([ends.run(), ends.run()]);
  expect(ran).toEqual(['database', 'listener']);
});

test('one that fails does not spare the others, and is told', async () => {
  const ends = createEnds();
  const ran: string[] = [];
  ends.add(async () => void ran.push('listener'));
  ends.add(() => Promise.reject(new Error('no')));
  await expect(ends.run()).rejects.toThrow('no');
  expect(ran).toEqual(['listener']);
});
