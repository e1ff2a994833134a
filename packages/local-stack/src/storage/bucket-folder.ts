import { createHash } from 'node:crypto';

/** Where a bucket's bytes are. Any id can be a bucket's through SQL, and file systems may ignore case: the hash tells them apart. */
export function bucketFolder(bucket: string): string {
  const readable = bucket
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return `${readable}.${createHash('sha256').update(bucket).digest('hex').slice(0, 16)}`;
}
