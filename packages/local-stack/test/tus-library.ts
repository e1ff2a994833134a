import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { Upload, type UploadOptions } from 'tus-js-client';
import type { StorageClient } from './storage-client.js';
import { resumable } from './tus-client.js';

/** An upload by tus-js-client, under way. */
export interface LibraryUpload {
  readonly upload: Upload;
  /** Rejects with what the library says when it fails; an aborted one never settles. */
  readonly done: Promise<void>;
  /** Once the server has said that it has this many bytes. */
  reached(bytes: number): Promise<void>;
  /** Methods sent so far. */
  requests(): readonly string[];
}

/** What the tests vary; `headers` take the place of the token. */
export type LibraryUploadOptions = Partial<Omit<UploadOptions, 'uploadUrl'>> & {
  readonly key: string;
  readonly uploadUrl?: string | null;
};

/** Bytes that no one else has, the same each time. */
export function seededBytes(seed: number, sizeBytes: number): Buffer {
  const block = createHash('sha512').update(String(seed)).digest();
  const bytes = Buffer.alloc(sizeBytes, block);
  for (let at = 0; at + 4 < sizeBytes; at += 4096) bytes.writeUInt32LE(at, at);
  return bytes;
}

/** Starts at once, as an application would for a bucket named `b`; nothing is tried again. */
export function startUpload(
  client: StorageClient,
  source: Buffer | Readable,
  { key, uploadUrl = null, ...options }: LibraryUploadOptions,
): LibraryUpload {
  const sent: string[] = [];
  const waiting: { readonly bytes: number; readonly resolve: () => void }[] = [];
  let accepted = 0;
  const tell = (bytes: number): void => {
    accepted = bytes;
    for (const { bytes: wanted, resolve } of waiting) if (bytes >= wanted) resolve();
  };
  let upload: Upload | undefined;
  const done = new Promise<void>((resolve, reject) => {
    upload = new Upload(source, {
      endpoint: client.url + resumable,
      headers: { authorization: `Bearer ${client.serviceRoleKey}` },
      metadata: { bucketName: 'b', objectName: key, contentType: 'application/octet-stream' },
      chunkSize: 6 * 1024 * 1024,
      retryDelays: [],
      storeFingerprintForResuming: false,
      ...options,
      ...(uploadUrl !== null && { uploadUrl }),
      onBeforeRequest: (request) => void sent.push(request.getMethod()),
      onChunkComplete: (_size, bytes) => tell(bytes),
      onSuccess: () => resolve(),
      onError: reject,
    });
  });
  if (upload === undefined) throw new Error('A promise runs its function at once.');
  upload.start();
  return {
    upload,
    done,
    reached: (bytes) =>
      accepted >= bytes
        ? Promise.resolve()
        : Promise.race([done, new Promise<void>((resolve) => waiting.push({ bytes, resolve }))]),
    requests: () => sent,
  };
}
