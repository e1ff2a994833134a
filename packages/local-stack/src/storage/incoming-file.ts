import { Busboy, type BusboyHeaders } from '@fastify/busboy';
import type { Readable } from 'node:stream';
import { z } from 'zod';
import { headerSafe } from './header-safe.js';
import type { UserMetadata } from './object-rows.js';
import { bytesOf } from './request-bytes.js';
import type { StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** An upload of which nothing but the head was read yet. */
export interface IncomingFile {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly contentType: string;
  readonly cacheControl: string;
  readonly userMetadata: UserMetadata;
  /** Undefined when only reading can tell. */
  readonly sizeBytes: number | undefined;
}

const metadataSchema = z.record(z.string(), z.unknown());
const maximumMetadataBytes = 1024 * 1024;

function userMetadataFrom(text: string): UserMetadata {
  const result = metadataSchema.safeParse(jsonOrUndefined(text));
  if (!result.success) throw new StorageFailure('InvalidRequest', 'metadata: expected a JSON object');
  return result.data;
}

function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Reads the head of an upload: headers, or the fields of a form that come before its file. */
export function incomingFile(c: StorageRequest): Promise<IncomingFile> {
  const isForm = c.req.header('content-type')?.toLowerCase().startsWith('multipart/form-data') ?? false;
  return isForm ? fileInForm(c) : Promise.resolve(rawFile(c));
}

function rawFile(c: StorageRequest): IncomingFile {
  const metadata = c.req.header('x-metadata');
  const length = c.req.header('content-length');
  return {
    bytes: bytesOf(c.env.incoming),
    contentType: c.req.header('content-type') ?? 'application/octet-stream',
    cacheControl: headerSafe(c.req.header('cache-control') ?? ''),
    userMetadata: metadata === undefined ? {} : userMetadataFrom(Buffer.from(metadata, 'base64').toString('utf8')),
    sizeBytes: length === undefined ? undefined : Number(length),
  };
}

/** Whoever reads the file is told; an upload that was refused reads nothing, and then nobody has to be. */
const ignore = (): void => undefined;

function fileInForm(c: StorageRequest): Promise<IncomingFile> {
  const fields = new Map<string, string>();
  return new Promise((resolve, reject) => {
    const refuse = (): void => reject(new StorageFailure('InvalidRequest', 'The form cannot be read'));
    const form = formReader(c, refuse);
    if (form === undefined) return;
    form.on('field', (name: string, value: string) => void fields.set(name, value));
    form.on('file', (_field: string, file: Readable, _name: string | undefined, _encoding: string, type: string) => {
      const { incoming } = c.env;
      file.on('error', ignore);
      const failed = (): void => void file.destroy(new StorageFailure('InvalidRequest', 'The form ends too early'));
      form.on('error', failed);
      incoming.once('close', () => incoming.readableEnded || failed());
      const cacheSeconds = fields.get('cacheControl');
      try {
        resolve({
          bytes: bytesOf(file),
          contentType: type,
          cacheControl: headerSafe(cacheSeconds ? `max-age=${cacheSeconds}` : ''),
          userMetadata: userMetadataFrom(fields.get('metadata') ?? '{}'),
          sizeBytes: undefined,
        });
      } catch (thrown) {
        reject(thrown);
      }
    });
    form.on('error', refuse);
    form.on('finish', () => reject(new StorageFailure('NoContentProvided')));
    c.env.incoming.pipe(form);
  });
}

function formReader(c: StorageRequest, refuse: () => void): InstanceType<typeof Busboy> | undefined {
  try {
    const headers: BusboyHeaders = { 'content-type': c.req.header('content-type') ?? '' };
    return new Busboy({ headers, limits: { files: 1, fieldSize: maximumMetadataBytes } });
  } catch {
    refuse();
    return undefined;
  }
}
