import type { OperationName, OperationSemantics, OutputOf } from '@hybrid-supabase/core';

/** Whether the operation's own row calls two answers equal; without a row, no. */
export type IsEqual = <N extends OperationName>(name: N, one: OutputOf<N>, other: OutputOf<N>) => boolean;

/** A row that throws calls nothing equal. */
export function equalityBy(semantics: OperationSemantics | undefined): IsEqual {
  const rows: { readonly [N in OperationName]?: (one: OutputOf<N>, other: OutputOf<N>) => boolean } = {
    ...semantics?.equal,
  };
  return (name, one, other) => {
    try {
      return rows[name]?.(one, other) ?? false;
    } catch {
      // Not equal is the careful answer: it is reported and looked at.
      return false;
    }
  };
}
