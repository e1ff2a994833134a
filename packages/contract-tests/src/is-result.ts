import type { LayerError } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';

/** Told by its shape, so that a second copy of neverthrow is understood too. */
export const isResult = (value: unknown): value is Result<unknown, LayerError> =>
  typeof value === 'object' &&
  value !== null &&
  'isOk' in value &&
  typeof value.isOk === 'function' &&
  'isErr' in value &&
  typeof value.isErr === 'function';
