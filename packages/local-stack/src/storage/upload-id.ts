import type { ObjectPlace } from './object-place.js';

/** The last part of an upload's address: bucket, key and the version that the finished object will have. */
export function uploadId({ bucket, key }: ObjectPlace, version: string): string {
  return Buffer.from(`${bucket}/${key}/${version}`).toString('base64url');
}

/** The version inside an id. Whether bucket and key are right is for the caller to compare. */
export function versionOf(id: string): string | undefined {
  return /\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(Buffer.from(id, 'base64url').toString())?.[1];
}
