import { StorageFailure } from './storage-failure.js';

/** Both ends included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const pattern = /^bytes=(\d*)-(\d*)$/;

/** The one range asked for, its end clamped to the object; anything else cannot be satisfied, nor can any range of nothing. */
export function byteRange(header: string, sizeBytes: number): ByteRange {
  const [, from = '', to = ''] = pattern.exec(header.trim()) ?? [];
  const isSuffix = from === '';
  const first = isSuffix ? Math.max(0, sizeBytes - Number(to)) : Number(from);
  const last = isSuffix || to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if ((isSuffix && to === '') || first > last) throw new StorageFailure('InvalidRange');
  return { first, last };
}
