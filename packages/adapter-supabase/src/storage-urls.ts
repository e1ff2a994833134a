import type { ObjectKey } from '@hybrid-supabase/core';
import { encodeKey } from './object-key.js';

/** Addresses that others use: built here, every byte of the key encoded once. */
export interface StorageUrls {
  publicUrl(input: ObjectKey & { readonly downloadAs?: string | undefined }): string;
  signed(input: ObjectKey & { readonly token: string; readonly downloadAs?: string | undefined }): string;
  signedUpload(input: ObjectKey & { readonly token: string }): string;
}

/** Makes the {@link StorageUrls} of one project. */
export const createStorageUrls = (projectUrl: string): StorageUrls => {
  const base = `${projectUrl.replace(/\/+$/, '')}/storage/v1/object`;
  const address = (route: string, { bucket, path }: ObjectKey, query: Record<string, string | undefined>): string => {
    const given = Object.entries(query).filter((pair): pair is [string, string] => pair[1] !== undefined);
    const text = new URLSearchParams(given).toString();
    return `${base}/${route}/${encodeURIComponent(bucket)}/${encodeKey(path)}${text && `?${text}`}`;
  };
  return {
    publicUrl: (input) => address('public', input, { download: input.downloadAs }),
    signed: (input) => address('sign', input, { token: input.token, download: input.downloadAs }),
    signedUpload: (input) => address('upload/sign', input, { token: input.token }),
  };
};
