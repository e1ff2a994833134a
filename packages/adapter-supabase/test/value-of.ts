import type { LayerError } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';

/** The answer; an error fails the test in its own words. */
export const valueOf = <T>(result: Result<T, LayerError>): T =>
  result.match(
    (value) => value,
    ({ cause: _cause, ...error }) => {
      throw new Error(JSON.stringify(error));
    },
  );
