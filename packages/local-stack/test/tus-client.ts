import type { StorageAnswer, StorageCall, StorageClient } from './storage-client.js';

/** The Storage API's own route for uploads that can be resumed. */
export const resumable = '/upload/resumable';

/** `Upload-Metadata` of these values. */
export function uploadMetadata(values: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(values).map(([key, value]) => `${key} ${Buffer.from(value).toString('base64')}`);
  return pairs.join(',');
}

/** How an upload is begun; `length` of null leaves it open. */
export interface NewUpload extends StorageCall {
  readonly length: number | null;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The protocol by hand, for one bucket. Addresses are relative to the storage routes, as the client takes them. */
export interface TusClient {
  create(key: string, upload: NewUpload): Promise<StorageAnswer>;
  /** Fails the test unless the upload was made; gives its address. */
  begin(key: string, upload: NewUpload): Promise<string>;
  head(address: string, call?: StorageCall): Promise<StorageAnswer>;
  patch(address: string, offset: number, body: string | Uint8Array, call?: StorageCall): Promise<StorageAnswer>;
  addressOf(answer: StorageAnswer): string;
}

/** Every request says which version of the protocol it speaks. */
export const tusHeaders = { 'tus-resumable': '1.0.0' } as const;

/** An empty value takes a header away. */
const present = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== ''));

const bytesType = { 'content-type': 'application/offset+octet-stream' } as const;

/** With a body, the first bytes come with the creation. */
export function createTusClient(client: StorageClient, bucketName: string): TusClient {
  const lengthOf = (length: number | null): Record<string, string> =>
    length === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(length) };

  const create: TusClient['create'] = (objectName, { length, metadata = {}, headers, ...call }) =>
    client.call('POST', resumable, {
      ...call,
      headers: present({
        ...tusHeaders,
        ...(call.body !== undefined && bytesType),
        ...lengthOf(length),
        'upload-metadata': uploadMetadata({ bucketName, objectName, contentType: 'text/plain', ...metadata }),
        ...headers,
      }),
    });

  const addressOf = (answer: StorageAnswer): string => (answer.headers.get('location') ?? '').replace(client.url, '');

  return {
    create,
    addressOf,
    async begin(key, upload) {
      const answer = await create(key, upload);
      if (answer.status !== 201) throw new Error(`The upload was not made: ${answer.status} ${answer.text}`);
      return addressOf(answer);
    },
    head: (address, call = {}) =>
      client.call('HEAD', address, { ...call, headers: { ...tusHeaders, ...call.headers } }),
    patch: (address, offset, body, call = {}) =>
      client.call('PATCH', address, {
        ...call,
        body,
        headers: present({ ...tusHeaders, ...bytesType, 'upload-offset': String(offset), ...call.headers }),
      }),
  };
}
