import type { Branch } from '@hybrid-supabase/core';
import { z } from 'zod';

/** A branch as the platform tells of it. The word for its status is not checked: there may be new ones. */
export const listedBranch = z.object({
  id: z.string(),
  name: z.string(),
  project_ref: z.string(),
  is_default: z.boolean().default(false),
  status: z.string(),
  updated_at: z.string().optional(),
});
/** One of them. */
export type ListedBranch = z.infer<typeof listedBranch>;

/** In our words. */
export const toBranch = ({ id, name, project_ref, is_default, status }: ListedBranch): Branch => ({
  id,
  name,
  projectRef: project_ref,
  isDefault: is_default,
  status,
});
