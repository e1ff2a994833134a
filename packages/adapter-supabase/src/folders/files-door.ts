import type { HybridResult, InputOf, ListedFile, OutputOf, Page } from '@hybrid-supabase/core';

/** What may be said of one call. */
export interface DoorOptions {
  readonly signal?: AbortSignal;
}

/** What folders need of a door: `hybrid.files` is one, so that every file goes through the router. */
export interface FilesDoor {
  upload(input: InputOf<'files.upload'>, options?: DoorOptions): HybridResult<OutputOf<'files.upload'>>;
  download(input: InputOf<'files.download'>, options?: DoorOptions): HybridResult<OutputOf<'files.download'>>;
  list(input: InputOf<'files.list'>, options?: DoorOptions): HybridResult<Page<ListedFile>>;
  remove(input: InputOf<'files.remove'>, options?: DoorOptions): HybridResult<OutputOf<'files.remove'>>;
}
