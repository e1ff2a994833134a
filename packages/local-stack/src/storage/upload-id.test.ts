import { uploadId, versionOf } from './upload-id.js';

const version = '01234567-89ab-4cde-8f01-23456789abcd';

test.each([
  { bucket: 'b', key: 'a' },
  { bucket: "odd !*'() name", key: 'folder/a/b.txt' },
  { bucket: 'b', key: version },
])('an id of $bucket and $key is safe in an address and gives its version back', (place) => {
  const id = uploadId(place, version);
  expect(id).toMatch(/^[A-Za-z0-9_-]+$/);
  expect(versionOf(id)).toBe(version);
});

test.each(['', 'nonsense', Buffer.from(version).toString('base64url'), Buffer.from('b/a/../x').toString('base64url')])(
  '%j holds no version',
  (id) => expect(versionOf(id)).toBeUndefined(),
);
