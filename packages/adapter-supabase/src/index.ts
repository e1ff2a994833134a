export type { DownloadCacheOptions } from './cache/download-cache.js';
export { createSupabaseLayer, type SupabaseLayer, type SupabaseLayerOptions } from './create-supabase-layer.js';
export { sourceFromBlob, sourceFromBytes, sourceFromFile } from './file-source.js';
export { targetToBytes, targetToFile, type BytesTarget, type BytesTargetOptions } from './file-target.js';
export { downloadFolder } from './folders/download-folder.js';
export type { DoorOptions, FilesDoor } from './folders/files-door.js';
export type { FolderOptions } from './folders/folder-options.js';
export type { FolderProgress } from './folders/folder-progress.js';
export type { FolderDeed, FolderOutcome, FolderRefusal, FolderReport } from './folders/folder-report.js';
export type { NameRule } from './folders/key-names.js';
export { syncFolder } from './folders/sync-folder.js';
export { uploadFolder } from './folders/upload-folder.js';
export { listAll, type ListAllInput } from './list-all.js';
export { downloadById, objectById, type IdDoor, type IdDownloadDoor } from './object-by-id.js';
export { sourceFromStream, type ByteStream, type StreamSourceOptions } from './stream-source.js';
export { targetToStream } from './stream-target.js';
export { sourceWithProgress, targetWithProgress, type OnProgress } from './transfer-progress.js';
export type {
  BucketFiles,
  CreateSupabaseClient,
  DownloadRequest,
  RpcRequest,
  StorageClient,
  SupabaseClient,
  SupabaseClientSettings,
  VendorBucketSettings,
  VendorReply,
  VendorUploadOptions,
} from './supabase-client.js';
