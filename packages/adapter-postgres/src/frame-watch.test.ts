import { FrameWatch } from './frame-watch.js';

const message = (type: string, bodyBytes: number): Buffer => {
  const bytes = Buffer.alloc(5 + bodyBytes, 0xff);
  bytes.write(type, 0, 'latin1');
  bytes.writeInt32BE(4 + bodyBytes, 1);
  return bytes;
};

const inPieces = (bytes: Buffer, size: number): readonly Buffer[] =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) => bytes.subarray(at * size, (at + 1) * size));

test.each([1, 2, 3, 5, 7, 64])('finds no fault in good messages that arrive %i bytes at a time', (size) => {
  const watch = new FrameWatch();
  const bytes = Buffer.concat([message('T', 30), message('D', 0), message('C', 9), message('Z', 1)]);
  expect(inPieces(bytes, size).map((piece) => watch.push(piece))).not.toContain('garbled');
});

test.each([
  ['words of another protocol', Buffer.from('HTTP/1.1 400 Bad Request'), 'garbled'],
  ['an unknown type', message('x', 4), 'garbled'],
  ['a length that no message can have', Buffer.from([0x44, 0, 0, 0, 3]), 'garbled'],
  ['a negative length', Buffer.from([0x44, 0xff, 0xff, 0xff, 0xff]), 'garbled'],
] as const)('judges %s', (_what, bytes, fault) => {
  expect(new FrameWatch().push(bytes)).toBe(fault);
});

test('refuses a large message by its header, before its body is there', () => {
  const watch = new FrameWatch();
  watch.startAnswer(1_000);
  expect(watch.push(message('D', 2_000).subarray(0, 5))).toBe('too-large');
});

test('counts all messages of an answer, and begins again with the next', () => {
  const watch = new FrameWatch();
  const push = () => watch.push(message('D', 395));
  watch.startAnswer(1_000);
  expect([push(), push()]).toEqual([undefined, undefined]);
  watch.startAnswer(1_000);
  expect([push(), push(), push()]).toEqual([undefined, undefined, 'too-large']);
});
