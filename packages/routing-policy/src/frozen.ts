import { isPlain } from './is-plain.js';

/** Freezes plain data through and through, because it is about to be shared; what is no plain data stays as it is. */
export function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  if (!isPlain(value)) return value;
  Object.freeze(value);
  for (const one of Object.values(value)) frozen(one);
  return value;
}
