import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { answerOfMessage } from './http-answer.js';

test('a body that is left at the very moment it ends is left in peace', async () => {
  const source = new IncomingMessage(new Socket());
  source.statusCode = 200;
  const { body } = await answerOfMessage(source);
  const reader = body?.getReader();
  source.push('all');
  await reader?.read();
  source.push(null);
  source.read();
  const closed = new Promise((resolve) => source.once('close', resolve));
  const ends: string[] = [];
  source.on('end', () => ends.push('end'));
  await reader?.cancel();
  await closed;
  expect(ends).toEqual(['end']);
  expect((await reader?.read())?.done).toBe(true);
});
