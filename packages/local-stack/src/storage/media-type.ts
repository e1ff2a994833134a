import { StorageFailure } from './storage-failure.js';

const token = '[A-Za-z0-9!#$&^_.+-]+';
const listEntry = new RegExp(`^${token}/(\\*|${token}(;[\\x20-\\x7e]*)?)$`);
const contentType = new RegExp(`^${token}/${token}\\s*(;[\\x20-\\x7e]*)?$`);

/** Fails when an entry of a bucket's list is neither `type/subtype` nor `type/*`. */
export function checkTypeList(types: readonly string[]): void {
  if (!types.every((type) => listEntry.test(type))) throw new StorageFailure('InvalidMimeType');
}

/** Parameters count: `text/plain;charset=UTF-8` passes `text/*` and fails `text/plain`, as on the hosted service. */
export function checkContentType(type: string, allowed: readonly string[] | null): void {
  if (!contentType.test(type)) throw new StorageFailure('InvalidMimeType');
  if (allowed === null || allowed.length === 0) return;
  const family = `${type.split('/')[0]}/*`;
  if (!allowed.includes(type) && !allowed.includes(family)) throw new StorageFailure('InvalidMimeType');
}
