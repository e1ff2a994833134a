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

test('a short answer is heard coming piece by piece, so that a slow line does not look dead', async () => {
  const source = new IncomingMessage(new Socket());
  source.statusCode = 200;
  source.headers['content-length'] = '6';
  const heard: string[] = [];
  const answer = answerOfMessage(source, {
    onPiece: () => heard.push('piece'),
    onWhole: (bytes) => heard.push(Buffer.from(bytes).toString()),
  });
  for (const piece of ['abc', 'def']) {
    source.push(piece);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(heard).toEqual(['piece', 'piece']);
  source.push(null);
  expect((await answer).body).toBe(null);
  expect(heard).toEqual(['piece', 'piece', 'abcdef']);
});
