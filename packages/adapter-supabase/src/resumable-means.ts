import type { Call } from '@hybrid-supabase/core';
import type { Attempt } from './door.js';
import type { ResumableApi } from './resumable-api.js';
import type { UploadPositions } from './upload-positions.js';

/** What a resumable upload is done with. */
export interface ResumableMeans {
  readonly call: Call;
  readonly attempt: Attempt;
  readonly api: ResumableApi;
  readonly positions: UploadPositions;
  /** What tells projects apart in the positions. */
  readonly project: string;
}
