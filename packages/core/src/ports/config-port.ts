import type { Method } from '../call.js';

/** The project's storage configuration. */
export interface StorageConfig {
  /** Largest object of the project, bytes. */
  readonly fileSizeLimit: number;
  readonly imageTransformation: boolean;
  readonly s3Protocol: boolean;
}

/** Storage configuration of the project. */
export interface ConfigPort {
  readonly get: Method<Record<never, never>, StorageConfig>;
  /** What is left out keeps its value. */
  readonly update: Method<Partial<StorageConfig>, StorageConfig>;
}
