import type { ObjectKey, UrlOptions } from '@hybrid-supabase/core';
import { transformQuery } from './image-transform.js';
import { encodeKey } from './object-key.js';

/** Addresses that others use: built here, every byte of the key encoded once. */
export interface StorageUrls {
  publicUrl(input: ObjectKey & UrlOptions): string;
  /** The token holds the transformation; the address only says that there is one. */
  signed(input: ObjectKey & UrlOptions & { readonly token: string }): string;
  signedUpload(input: ObjectKey & { readonly token: string }): string;
}

/** Makes the {@link StorageUrls} of one project. */
export const createStorageUrls = (projectUrl: string): StorageUrls => {
  const base = `${projectUrl.replace(/\/+$/, '')}/storage/v1`;
  const address = (route: string, { bucket, path }: ObjectKey, query: Record<string, string | undefined>): string => {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const text = new URLSearchParams(given).toString();
    return `${base}/${route}/${encodeURIComponent(bucket)}/${encodeKey(path)}${text && `?${text}`}`;
  };
  const served = ({ transform }: UrlOptions): string => (transform === undefined ? 'object' : 'render/image');
  const shared = ({ downloadAs, version }: UrlOptions) => ({ download: downloadAs, version });
  return {
    publicUrl: (input) =>
      address(`${served(input)}/public`, input, { ...transformQuery(input.transform), ...shared(input) }),
    signed: (input) => address(`${served(input)}/sign`, input, { token: input.token, ...shared(input) }),
    signedUpload: (input) => address('object/upload/sign', input, { token: input.token }),
  };
};
