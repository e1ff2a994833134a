import { errorKinds, type LayerError } from '@hybrid-supabase/core';

/** Whether the failure of several reads together may come from one of them, or from their being together. */
export const mayLieInOneRead = ({ kind, sqlState }: LayerError): boolean =>
  errorKinds[kind] === 'answer' ||
  kind === 'timed-out' ||
  kind === 'invalid-reply' ||
  (sqlState !== undefined && kind !== 'interrupted');
