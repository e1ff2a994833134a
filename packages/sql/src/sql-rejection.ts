import { layerError, type LayerError } from '@hybrid-supabase/core';

/** Why a statement was refused before anything was sent. Never quotes the statement or a value. */
export interface SqlRejection {
  readonly kind: 'invalid-request' | 'unsupported';
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly sqlState?: string;
  /** In the caller's text, UTF-16 units from 0. */
  readonly position?: number;
}

/** The refusal as a layer reports it: `effect` is `none`, for nothing was sent. */
export const rejectionError = (layer: string, rejection: SqlRejection): LayerError =>
  layerError({ ...rejection, layer, effect: 'none' });
