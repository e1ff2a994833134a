import type { InputOf, OutputOf, SignedUrl } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { expiryOfToken } from './key-claims.js';
import { encodeKey } from './object-key.js';
import { membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';
import type { StorageUrls } from './storage-urls.js';

/**
 * Signs with the key in the body: the single-key route decodes the path only in part and signs the wrong one
 * for keys with `+ & =`. The address is built here, because the client's own breaks for some keys.
 */
export const signFile = async (
  { bucket, path, expiresInSeconds, downloadAs }: InputOf<'files.sign'>,
  urls: StorageUrls,
  attempt: Attempt,
): Promise<Result<SignedUrl, Failure>> => {
  const token = await attempt.ask({
    send: ({ storage }) => storage.from(bucket).createSignedUrls([path], expiresInSeconds),
    read: signedTokenOf,
    explain: storageFailureOf,
  });
  if (token.isErr()) return err(token.error);
  if (token.value === '') return err(storageFailureOf({ code: 'NoSuchKey', message: '' }));
  const expiresAt = expiryOfToken(token.value);
  if (expiresAt === undefined) return err(noExpiry);
  return ok({ url: urls.signed({ bucket, path, token: token.value, downloadAs }), expiresAt });
};

/** Gives an address and token for one upload. How long they last is the server's setting. */
export const signUpload = async (
  { bucket, path, upsert = false }: InputOf<'files.signUpload'>,
  urls: StorageUrls,
  attempt: Attempt,
): Promise<Result<OutputOf<'files.signUpload'>, Failure>> => {
  const token = await attempt.ask({
    send: ({ storage }) => storage.from(bucket).createSignedUploadUrl(encodeKey(path), { upsert }),
    read: (data) => textOf(membersOf(data)?.['token']),
    explain: storageFailureOf,
  });
  if (token.isErr()) return err(token.error);
  const expiresAt = expiryOfToken(token.value);
  if (expiresAt === undefined) return err(noExpiry);
  return ok({ url: urls.signedUpload({ bucket, path, token: token.value }), token: token.value, expiresAt });
};

const noExpiry: Failure = {
  kind: 'invalid-reply',
  effect: 'none',
  message: 'The token the project made could not be read.',
  hint: 'Check that the project URL leads to a Supabase project.',
};

/** The token of the only entry; an empty text when the object is not there. */
const signedTokenOf = (data: unknown): string | undefined => {
  const entry = Array.isArray(data) ? membersOf(data[0]) : undefined;
  if (entry === undefined) return undefined;
  const path = textOf(entry['signedURL']);
  if (path === undefined) return '';
  return new URLSearchParams(path.slice(path.lastIndexOf('?') + 1)).get('token') ?? undefined;
};
