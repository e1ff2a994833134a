import type { BucketSettings } from '@hybrid-supabase/core';
import type { VendorBucketSettings } from './supabase-client.js';

const mimeType = /^[a-z0-9][a-z0-9!#$&^_.+-]*\/(\*|[a-z0-9][a-z0-9!#$&^_.+-]*)$/i;

/** Why the Storage API would refuse these settings; undefined when they are good. */
export const settingsFault = ({ fileSizeLimit, allowedMimeTypes }: BucketSettings): string | undefined => {
  if (typeof fileSizeLimit === 'number' && !(Number.isSafeInteger(fileSizeLimit) && fileSizeLimit > 0)) {
    return '`fileSizeLimit` must be a whole number of bytes above 0, or null.';
  }
  if (allowedMimeTypes?.some((type) => !mimeType.test(type))) {
    return '`allowedMimeTypes` must be null or hold only `type/subtype` and `type/*`.';
  }
  return undefined;
};

/** The settings as the client takes them; what was left out stays out. */
export const vendorSettingsOf = (settings: BucketSettings): VendorBucketSettings => ({
  ...(settings.public !== undefined && { public: settings.public }),
  ...(settings.fileSizeLimit !== undefined && { fileSizeLimit: settings.fileSizeLimit }),
  ...(settings.allowedMimeTypes !== undefined && {
    allowedMimeTypes: settings.allowedMimeTypes === null ? null : [...settings.allowedMimeTypes],
  }),
});
