import { z } from 'zod';
import { checkTypeList } from './media-type.js';
import { fileSizeBytes } from './file-size.js';
import type { StorageContext } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

const fileSizeLimit = z
  .union([
    z.int().nonnegative(),
    z.string().refine((text) => fileSizeBytes(text) !== undefined, 'expected 20GB, 20MB, 30KB or 3B'),
  ])
  .nullable();

/** What create and update both take; a field left out keeps its value, null clears it. */
export const bucketSettings = z.object({
  public: z.boolean().optional(),
  file_size_limit: fileSizeLimit.optional(),
  allowed_mime_types: z.array(z.string()).nullable().optional(),
});

/** Column values to write. */
export type BucketColumns = Readonly<Record<string, unknown>>;

/** Settings as columns, after the checks that SQL does not make. */
export async function bucketColumns(
  context: StorageContext,
  settings: z.infer<typeof bucketSettings>,
): Promise<BucketColumns> {
  const { public: isPublic, file_size_limit: size, allowed_mime_types: types } = settings;
  if (types) checkTypeList(types);
  const limit = typeof size === 'string' ? fileSizeBytes(size) : size;
  if (typeof limit === 'number' && limit > (await context.globalFileSizeLimit())) {
    throw new StorageFailure('EntityTooLarge');
  }
  return {
    ...(isPublic !== undefined && { public: isPublic }),
    ...(limit !== undefined && { file_size_limit: limit }),
    ...(types !== undefined && { allowed_mime_types: types }),
  };
}
