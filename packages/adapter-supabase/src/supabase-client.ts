import type { UnusedSocket } from './unused-socket.js';

/** How every call of the client answers. Read with guards: nothing in it is trusted. */
export interface VendorReply {
  readonly data: unknown;
  readonly error: unknown;
}

/** A call of a database function that has not been sent yet; awaiting it sends it. */
export interface RpcRequest extends PromiseLike<VendorReply> {
  /** The only switch that every version of the client obeys. */
  retry(enabled: boolean): RpcRequest;
}

/** A download that has not been sent yet. */
export interface DownloadRequest {
  /** The body as a web stream, unbuffered. */
  asStream(): PromiseLike<VendorReply>;
}

/** What the client takes with an upload. */
export interface VendorUploadOptions {
  readonly contentType: string;
  readonly cacheControl: string;
  readonly upsert: boolean;
  readonly metadata?: Record<string, unknown>;
  readonly headers: Record<string, string>;
}

/** The files of one bucket, as supabase-js has them. */
export interface BucketFiles {
  upload(
    path: string,
    body: ReadableStream<Uint8Array> | Uint8Array,
    options: VendorUploadOptions,
  ): Promise<VendorReply>;
  download(path: string): DownloadRequest;
  info(path: string): Promise<VendorReply>;
  listV2(options: Record<string, unknown>): Promise<VendorReply>;
  move(from: string, to: string, options: { destinationBucket: string }): Promise<VendorReply>;
  copy(from: string, to: string, options: { destinationBucket: string }): Promise<VendorReply>;
  remove(paths: string[]): Promise<VendorReply>;
  createSignedUrl(path: string, expiresInSeconds: number, options: { transform: object }): Promise<VendorReply>;
  createSignedUrls(paths: string[], expiresInSeconds: number): Promise<VendorReply>;
  createSignedUploadUrl(path: string, options: { upsert: boolean }): Promise<VendorReply>;
  purgeCache(path: string): Promise<VendorReply>;
}

/** What the client takes for a bucket. The vendor's type asks for `public` in an update too; left out, it keeps its value. */
export interface VendorBucketSettings {
  public?: boolean;
  fileSizeLimit?: number | string | null;
  allowedMimeTypes?: string[] | null;
}

/** The storage part of the client. */
export interface StorageClient {
  from(bucket: string): BucketFiles;
  listBuckets(options?: { limit: number }): Promise<VendorReply>;
  getBucket(id: string): Promise<VendorReply>;
  createBucket(id: string, settings?: VendorBucketSettings): Promise<VendorReply>;
  updateBucket(id: string, settings: VendorBucketSettings): Promise<VendorReply>;
  emptyBucket(id: string): Promise<VendorReply>;
  deleteBucket(id: string): Promise<VendorReply>;
}

/** The part of supabase-js this layer uses; anything of this shape will do. */
export interface SupabaseClient {
  readonly storage: StorageClient;
  rpc(name: string, values: Record<string, unknown>): RpcRequest;
}

/** What this layer asks of a new client: no session, no retries, no socket, and its own way to the wire. */
export interface SupabaseClientSettings {
  readonly auth: { persistSession: false; autoRefreshToken: false; detectSessionInUrl: false };
  readonly db: { schema: 'public'; retry: false };
  readonly global: { fetch: typeof fetch };
  readonly realtime: { transport: typeof UnusedSocket };
}

/** `createClient` of supabase-js, or anything that makes a client of the same shape. */
export type CreateSupabaseClient = (url: string, key: string, settings: SupabaseClientSettings) => SupabaseClient;
