import type { Call, LayerResult } from '@hybrid-supabase/core';
import type { SqlRequest } from './sql-request.js';

/** A layer's way to run SQL. Layers differ only in this. */
export interface SqlBackend {
  /** The layer's name, for its errors. */
  readonly layer: string;
  /**
   * Runs one request and gives the one text of its answer. Never rejects. A `position` in an error counts in the
   * text of the request's only statement; see `positionInStatement`.
   */
  send(request: SqlRequest, call: Call): LayerResult<string>;
}
