import type { Method } from '../call.js';

/** A bucket as the project has it. */
export interface Bucket {
  readonly id: string;
  readonly public: boolean;
  /** Bytes; null is the project's own limit. */
  readonly fileSizeLimit: number | null;
  /** `type/subtype` or `type/*`; null allows all. */
  readonly allowedMimeTypes: readonly string[] | null;
  /** ISO 8601. */
  readonly createdAt: string;
}

/** What may be set on a bucket; what is left out keeps its value, or the default of a new bucket. */
export interface BucketSettings {
  /** @default false */
  readonly public?: boolean;
  /** Bytes; null is the project's own limit. @default null */
  readonly fileSizeLimit?: number | null;
  /** `type/subtype` or `type/*`; null allows all. @default null */
  readonly allowedMimeTypes?: readonly string[] | null;
}

/** Which bucket. */
export interface BucketId {
  readonly id: string;
}

/** Storage buckets. */
export interface BucketsPort {
  /** Every bucket this authority may see, by id. */
  readonly list: Method<Record<never, never>, readonly Bucket[]>;
  /** `not-found` when there is no such bucket, or this authority may not see it. */
  readonly get: Method<BucketId, Bucket>;
  /** `conflict` when the id is taken. */
  readonly create: Method<BucketId & BucketSettings, Bucket>;
  readonly update: Method<BucketId & BucketSettings, Bucket>;
  /** Removes every object; resolves when the bucket is empty. */
  readonly empty: Method<BucketId, void>;
  /** `conflict` when the bucket is not empty. */
  readonly delete: Method<BucketId, void>;
}
