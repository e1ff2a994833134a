import type { HybridError } from '@hybrid-supabase/core';
import type { FolderRefusal } from './folder-report.js';

/** The refusal of a folder that cannot be read. */
export const unreadableFolder = (cause: unknown): FolderRefusal => ({
  kind: 'folder-unreadable',
  message: 'The folder could not be read.',
  hint: 'Check that it exists, is a folder and may be read.',
  cause,
});

/** The refusal when nobody could say what the bucket holds. */
export const listFailed = (error: HybridError): FolderRefusal => ({
  kind: 'list-failed',
  message: `What the bucket holds could not be listed: ${error.message}`,
  hint: error.hint ?? 'See the error.',
  error,
});
