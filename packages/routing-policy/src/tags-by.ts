import type { InputOf, OperationName, OperationSemantics, Tagging, Tags } from '@hybrid-supabase/core';
import { portTags } from './port-tags.js';

/** Asks what an operation reads or touches. A row that throws or rejects knows nothing. */
export type TagsOf = <N extends OperationName>(name: N, input: InputOf<N>) => Promise<Tags | undefined>;

/** The rows that were given outrank those of the ports. */
export function tagsBy(semantics: OperationSemantics | undefined): TagsOf {
  const rows: { readonly [N in OperationName]?: Tagging<N> } = { ...portTags, ...semantics?.tags };
  return async (name, input) => {
    try {
      return await rows[name]?.(input);
    } catch {
      // Not known is a safe answer: nothing is kept, and everything is dropped.
      return undefined;
    }
  };
}
