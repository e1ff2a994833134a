import { createPageCursors } from './page-cursors.js';

const place = { bucket: 'b', prefix: 'p/', key: 'p/k' };

test('goes on with the cursor the server gave', () => {
  const cursors = createPageCursors();
  cursors.remember(place, 'given');
  expect(cursors.after(place)).toBe('given');
});

test('builds the cursor for a key of another layer, bucket or prefix', () => {
  const cursors = createPageCursors();
  cursors.remember(place, 'given');
  for (const other of [{ bucket: 'c' }, { prefix: '' }]) {
    expect(Buffer.from(cursors.after({ ...place, ...other }), 'base64').toString()).toBe('l:p/k');
  }
});

test('forgets the oldest first and stays small', () => {
  const cursors = createPageCursors(2);
  for (const key of ['1', '2', '1', '3']) cursors.remember({ ...place, key }, `cursor ${key}`);
  expect(['1', '2', '3'].map((key) => cursors.after({ ...place, key }))).toEqual([
    'cursor 1',
    Buffer.from('l:2').toString('base64'),
    'cursor 3',
  ]);
});
