import { readReply, readRows } from './read-reply.js';

const text = (value: string, more: object = {}): object => ({ content: [{ type: 'text', text: value }], ...more });

test.each([
  ['the text', text('{"buckets":[]}'), { buckets: [] }],
  ['structured content before the text', text('{"a":1}', { structuredContent: { a: 2 } }), { a: 2 }],
  ['structured content without any text', { structuredContent: { a: 2 } }, { a: 2 }],
  ['text after a block of another kind', { content: [{ type: 'image' }, { type: 'text', text: '1' }] }, 1],
])('reads %s', (_what, reply, value) => {
  expect(readReply(reply)).toEqual({ is: 'value', value });
});

test.each([
  ['as the server writes it', '{"error":{"name":"TypeError","message":"fetch failed"}}', 'TypeError', 'fetch failed'],
  ['without a name', '{"error":{"message":"no"}}', 'Error', 'no'],
  ['as plain text', 'went wrong', 'Error', 'went wrong'],
])('reads an error %s', (_what, body, name, message) => {
  expect(readReply(text(body, { isError: true }))).toEqual({ is: 'error', name, message });
});

test.each([
  ['nothing', undefined],
  ['a string', 'x'],
  ['no content', {}],
  ['content without text', { content: [{ type: 'image' }] }],
  ['text that is not JSON', text('{')],
])('says so when it cannot read %s', (_what, reply) => {
  expect(readReply(reply).is).toBe('unreadable');
});

test.each([
  ['rows given as they are', { result: [{ a: 1 }] }, 'value'],
  ['a text without boundary lines', { result: '[{"a":1}]' }, 'unreadable'],
])('reads %s', (_what, value, is) => {
  expect(readRows(value).is).toBe(is);
});
