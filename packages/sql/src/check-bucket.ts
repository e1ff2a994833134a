import type { BucketId, BucketSettings } from '@hybrid-supabase/core';
import type { SqlRejection } from './sql-rejection.js';

// The Storage API's alphabet, without what would break its addresses (? and #) or begin or end with a space.
const bucketName = /^(?! )[A-Za-z0-9_!.*'() &$=@;:+,-]{1,100}(?<! )$/;
/** The end that marks a table bucket; the Storage API keeps it for itself. */
const reservedEnd = '--table-s3';
// Its alphabet too, which is smaller than that of media types.
const mimeType = /^(?=.{1,1000}$)[A-Za-z0-9.+-]+\/(?:\*|[A-Za-z0-9.+-]+)$/;

/** Refuses what the Storage API would refuse; SQL itself would take it. */
export function checkBucket({
  id,
  fileSizeLimit,
  allowedMimeTypes,
}: BucketId & BucketSettings): SqlRejection | undefined {
  if (!bucketName.test(id) || id === '.' || id === '..' || id.endsWith(reservedEnd)) return wrongName;
  // No file fits into 0 bytes, so nobody means that.
  const limit = fileSizeLimit ?? 1;
  if (!Number.isSafeInteger(limit) || limit < 1) return wrongLimit;
  return allowedMimeTypes?.some((type) => !mimeType.test(type)) === true ? wrongType : undefined;
}

const wrongName: SqlRejection = {
  kind: 'invalid-request',
  code: 'InvalidBucketName',
  message: 'The bucket name is not one that the Storage API takes.',
  hint: `Use 1 to 100 of A-Z a-z 0-9 _ ! . * ' ( ) & $ = @ ; : + , - and inner spaces, and no ${reservedEnd} at the end.`,
};

const wrongLimit: SqlRejection = {
  kind: 'invalid-request',
  code: 'InvalidFileSizeLimit',
  message: 'The file size limit is not a whole number of bytes above 0.',
  hint: 'Give whole bytes, or null for the limit of the project.',
};

const wrongType: SqlRejection = {
  kind: 'invalid-request',
  code: 'InvalidMimeType',
  message: 'An allowed type is neither type/subtype nor type/* in the letters that the Storage API takes.',
  hint: 'Give types such as image/png or image/*, or null to allow all.',
};
