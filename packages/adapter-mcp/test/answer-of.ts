import assert from 'node:assert/strict';
import type { LayerError } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';

/** The value of a result; an error fails with what it says. */
export const answerOf = <T>(result: Result<T, LayerError>): T => {
  if (result.isOk()) return result.value;
  const { kind, effect, code, sqlState, message } = result.error;
  return assert.fail(`${kind} (${effect}) ${[code, sqlState, message].filter(Boolean).join(' · ')}`);
};
