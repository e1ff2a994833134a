import type { Result } from 'neverthrow';
import { downloadFolder } from './download-folder.js';
import type { FolderOptions } from './folder-options.js';
import type { FolderRefusal, FolderReport } from './folder-report.js';
import { uploadFolder } from './upload-folder.js';

/** Makes one side like the other: the bucket like the folder (`up`) or the folder like the bucket (`down`). Only `deleteExtra` removes. */
export const syncFolder = (
  options: FolderOptions & { readonly direction: 'up' | 'down' },
): Promise<Result<FolderReport, FolderRefusal>> =>
  options.direction === 'up' ? uploadFolder(options) : downloadFolder(options);
