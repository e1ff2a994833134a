import { answersIn } from './http-answer.js';

const json = 'application/json';
const stream = 'text/event-stream; charset=utf-8';

test.each([
  ['one JSON text', '{"id":1,"result":{}}', json, [1]],
  ['a list', '[{"id":1},{"id":"two"}]', json, [1, 'two']],
  ['a stream', 'event: message\ndata: {"id":1}\n\ndata: {"id":2}\n\n', stream, [1, 2]],
  ['a stream with other line ends', 'data: {"id":1}\r\n\r\ndata: {"id":2}', stream, [1, 2]],
  ['data over several lines', 'data: {"id":\ndata: 3}\n\n', stream, [3]],
  ['comments and empty events', ': ping\n\nid: 7\ndata:\n\ndata: {"id":1}\n\n', stream, [1]],
  ['a notice, which answers nothing', 'data: {"method":"notifications/message"}\n\n', stream, []],
  ['no JSON', '<html>', json, []],
  ['nothing', '', stream, []],
])('finds the answers in %s', (_what, text, contentType, ids) => {
  expect(answersIn(text, contentType).map(({ id }) => id)).toEqual(ids);
});
