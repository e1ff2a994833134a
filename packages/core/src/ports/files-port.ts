import type { LayerResult, Method } from '../call.js';

/** Bytes that can be read again from any offset, so that an attempt never owns them. */
export interface FileSource {
  readonly sizeBytes: number;
  /** Bytes from `offset` to the end; a piece once given is not written to again. A failure to read rejects the iteration; nothing else throws. */
  open(offset: number): AsyncIterable<Uint8Array>;
  /** The same while the bytes are the same, in other processes too: what an interrupted upload finds its source by. Without one, only this very object is recognised. */
  readonly identity?: string;
  /** For bytes that come only once: true as soon as they cannot be read from the start any more, so that nothing may be sent again. */
  readonly isSpent?: () => boolean;
}

/** Bytes whose number only their end tells, such as a stream without a length. They are read once, from the first to the last. */
export interface UnmeasuredSource {
  readonly sizeBytes?: undefined;
  /** From the first byte; a piece once given is not written to again. A failure to read rejects the iteration; nothing else throws. */
  open(): AsyncIterable<Uint8Array>;
  /** True as soon as the first byte cannot be had any more. */
  isSpent(): boolean;
}

/** What is about to be written into a target. */
export interface ComingVersion {
  readonly etag: string;
  readonly sizeBytes: number;
}

/** One attempt's way to put bytes into a {@link FileTarget}. */
export interface FileWriter {
  /** Resolves when more may be written. */
  write(chunk: Uint8Array): Promise<void>;
  /** Makes the bytes final: a target shows either all of them or nothing. */
  commit(): Promise<void>;
  /** Gives up; what was written is gone. Safe to call twice, and after `commit`. */
  discard(): Promise<void>;
}

/** Bytes from `from` up to, not including, `to`. */
export interface ByteRange {
  readonly from: number;
  readonly to: number;
}

/** A way to put the bytes of one version of an object into a {@link FileTarget} in any order. */
export interface RangeWriter extends Omit<FileWriter, 'write'> {
  /** What is not there yet, in order: less than the whole where an earlier attempt, or process, had begun. */
  readonly missing: readonly ByteRange[];
  writeAt(offset: number, chunk: Uint8Array): Promise<void>;
  /** The bytes from the first to the last, to be verified before `commit`. */
  read(): AsyncIterable<Uint8Array>;
  /** Ends without committing; what was written stays for the next attempt. */
  keep(): Promise<void>;
}

/** Where bytes go. Each attempt opens its own writer; the first to commit wins. */
export interface FileTarget {
  /** A target may refuse what is coming, by its size. */
  open(version?: ComingVersion): LayerResult<FileWriter>;
  /** For large objects, where the target can do it. Bytes kept of another version are dropped. An error sends the bytes through `open` instead. */
  readonly openRanges?: (version: ComingVersion) => LayerResult<RangeWriter>;
}

/** Which object. */
export interface ObjectKey {
  readonly bucket: string;
  /** `folder/name.txt`: no leading slash, no `.` or `..` segment, the Storage API's alphabet. */
  readonly path: string;
}

/** What is known of an object. */
export interface FileInfo extends ObjectKey {
  readonly id: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Opaque; changes with the bytes. */
  readonly etag: string;
  /** ISO 8601. */
  readonly createdAt: string;
  readonly updatedAt: string;
  /** The caller's own metadata. */
  readonly metadata: { readonly [key: string]: unknown };
}

/** How bytes were proven whole: by a checksum of both ends, or by their number alone. */
export type Verification = 'checksum' | 'size';

/** What an upload left behind: what its own answer and the bytes sent can prove, without asking again. */
export interface StoredFile extends ObjectKey {
  /** Left out where the rights of the layer end before it could be learnt. */
  readonly id?: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly verified: Verification;
}

/** What a download brought: what its own answer and the bytes received can prove. */
export interface ReceivedFile extends ObjectKey {
  readonly sizeBytes: number;
  /** As it was served, which may be safer than what was stored: HTML comes as `text/plain`. */
  readonly contentType: string;
  /** Of the version that was received. */
  readonly etag: string;
  readonly verified: Verification;
}

/** What an upload sends along. */
export interface UploadOptions {
  /** @default 'application/octet-stream' */
  readonly contentType?: string;
  /** Seconds a cache may keep the object. @default 3600 */
  readonly cacheSeconds?: number;
  /** Replace what is there. Without it an existing object is a `conflict`. @default false */
  readonly upsert?: boolean;
  readonly metadata?: { readonly [key: string]: unknown };
  /** Lower-case hex SHA-256 of the bytes, kept as metadata and checked by downloads. */
  readonly sha256?: string;
}

/** One page. `next` is the last key seen, not a token of one layer, so that another layer can give the next page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next?: string;
}

/** An object in a list; lists carry less than {@link FileInfo}. */
export interface ListedFile extends ObjectKey {
  readonly id: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly etag: string;
  readonly updatedAt: string;
}

/** How an image is to be changed on its way out. Width and height are pixels, 1 to 2500. */
export interface ImageTransform {
  readonly width?: number;
  readonly height?: number;
  /** What becomes of an image of other proportions. @default 'cover' */
  readonly resize?: 'cover' | 'contain' | 'fill';
  /** 20 to 100. @default 80 */
  readonly quality?: number;
  /** `origin` keeps the format of the object. @default the best one that the browser takes */
  readonly format?: 'origin' | 'avif';
}

/** What an address may ask for besides the object. */
export interface UrlOptions {
  /** The browser saves the object under this name instead of showing it. */
  readonly downloadAs?: string;
  /** Paid plans only: the address of an image that is changed on its way out. */
  readonly transform?: ImageTransform;
  /** Makes the address another one for every cache on the way: give a new text when the bytes have changed. */
  readonly version?: string;
}

/** A signed address. */
export interface SignedUrl {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string;
}

/** Objects and their bytes. */
export interface FilesPort {
  /** `conflict` when the object exists and `upsert` is not set. */
  readonly upload: Method<ObjectKey & UploadOptions & { readonly body: FileSource | UnmeasuredSource }, StoredFile>;
  /** Resolves after the last byte was verified against size and, where one is known, checksum, and the target was committed. */
  readonly download: Method<ObjectKey & { readonly to: FileTarget }, ReceivedFile>;
  /** Objects below `prefix` at any depth, by key in byte order. A missing bucket is `not-found`. */
  readonly list: Method<
    { readonly bucket: string; readonly prefix?: string; readonly after?: string; readonly limit?: number },
    Page<ListedFile>
  >;
  readonly info: Method<ObjectKey, FileInfo>;
  readonly exists: Method<ObjectKey, boolean>;
  readonly move: Method<ObjectKey & { readonly to: ObjectKey }, void>;
  readonly copy: Method<ObjectKey & { readonly to: ObjectKey }, void>;
  /** Says which keys were there and which were not. A key whose removal was sent before, and its answer lost, counts as not there. */
  readonly remove: Method<
    { readonly bucket: string; readonly paths: readonly string[] },
    { readonly removed: readonly string[]; readonly missing: readonly string[] }
  >;
  /** An address anybody may download from until it expires. */
  readonly sign: Method<ObjectKey & UrlOptions & { readonly expiresInSeconds: number }, SignedUrl>;
  /** An address and token that allow one upload without further rights. */
  readonly signUpload: Method<ObjectKey & { readonly upsert?: boolean }, SignedUrl & { readonly token: string }>;
  /** Sends nothing and checks nothing: the address works only in a public bucket. */
  readonly publicUrl: Method<ObjectKey & UrlOptions, { readonly url: string }>;
  /** Drops the object from the CDN. */
  readonly purge: Method<ObjectKey, void>;
}
