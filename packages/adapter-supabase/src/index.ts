export { createSupabaseLayer, type SupabaseLayer, type SupabaseLayerOptions } from './create-supabase-layer.js';
export { sourceFromBytes, sourceFromFile } from './file-source.js';
export { targetToBytes, targetToFile, type BytesTarget } from './file-target.js';
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
