import { cursorFrom, cursorText } from './list-cursor.js';

const text = (lines: string): string => Buffer.from(lines).toString('base64');

test('a cursor is read back as it was written', () => {
  const cursor = { last: 'a:b/c', order: 'desc', column: 'created_at', time: '2026-11-22 20:15:00.123456+00' } as const;
  expect(cursorFrom(cursorText(cursor))).toEqual(cursor);
});

test.each([
  ['the last key alone', 'l:folder/a.txt', { last: 'folder/a.txt', order: 'asc' }],
  ['key and order', 'l:b\no:desc', { last: 'b', order: 'desc' }],
  ['a time as the hosted service writes it', 'l:b\nc:updated_at\na:2026-11-22T20:15:00.123Z', { column: 'updated_at' }],
])('one that a client built is read: %s', (_what, lines, cursor) => {
  expect(cursorFrom(text(lines))).toMatchObject(cursor);
});

test.each(['', 'nonsense', 'x:1', 'l:a\nrest', 'l:a\no:up', 'l:a\nc:id', 'l:a\na:99:99', `l:a\na:'; drop`])(
  '%j is none',
  (lines) => {
    expect(() => cursorFrom(text(lines))).toThrow('Invalid cursor');
  },
);
