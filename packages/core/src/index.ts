export { raisesAuthority, roles, type Authority, type Role } from './authority.js';
export type { Call, LayerResult, Method } from './call.js';
export { toEnvelope, type EnvelopeError, type HybridOperationResult } from './envelope.js';
export { errorKinds, type Effect, type ErrorKind } from './error-kinds.js';
export type { Fate } from './fate.js';
export { cannot, supports, type Layer } from './layer.js';
export { layerError, type DatabaseNames, type LayerError } from './layer-error.js';
export type { Equality, Inquiry, OperationSemantics, Question, Tagging, Tags, Verdict } from './operation-semantics.js';
export {
  operationNames,
  operations,
  type EffectClass,
  type EffectOf,
  type InputOf,
  type MethodOf,
  type Operation,
  type OperationName,
  type OutputOf,
  type ReadName,
  type RepeatableName,
  type WriteName,
} from './operations.js';
export type { Branch, BranchesPort, BranchId } from './ports/branches-port.js';
export type { Bucket, BucketId, BucketSettings, BucketsPort } from './ports/buckets-port.js';
export type { ConfigPort, StorageConfig } from './ports/config-port.js';
export type {
  ByteRange,
  ComingVersion,
  FileInfo,
  FilesPort,
  FileSource,
  FileTarget,
  FileWriter,
  ImageTransform,
  ListedFile,
  ObjectKey,
  Page,
  RangeWriter,
  ReceivedFile,
  SignedUrl,
  StoredFile,
  UnmeasuredSource,
  UploadOptions,
  UrlOptions,
  Verification,
} from './ports/files-port.js';
export type { Migration, MigrationsPort } from './ports/migrations-port.js';
export type { NewObjectPolicy, ObjectPolicy, PoliciesPort, PolicyCommand } from './ports/policies-port.js';
export type { PortName, Ports } from './ports/ports.js';
export type { Extension, ProjectPort, PublishableKey, TableSummary } from './ports/project-port.js';
export type {
  Column,
  DecodeOptions,
  Row,
  Settlement,
  SqlPort,
  SqlResult,
  SqlValue,
  Statement,
} from './ports/sql-port.js';
export { closedError, closedInFlightError, stoppedError } from './stop-errors.js';
export type { HybridError, HybridResult, Served } from './result.js';
export type { SkipReason, Trail, TrailEntry } from './trail.js';
export { untilStopped, type Waited } from './until-stopped.js';
