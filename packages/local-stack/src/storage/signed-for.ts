import type { ObjectPlace } from './object-place.js';

/** Whether what was signed is this very object. A bucket made by SQL may have a slash in its id: with one, the same text names two objects. */
export function isSignedFor(signed: unknown, { bucket, key }: ObjectPlace): boolean {
  return !bucket.includes('/') && signed === `${bucket}/${key}`;
}
