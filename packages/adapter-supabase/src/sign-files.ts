import type { InputOf, OutputOf, SignedUrl } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { expiryOfToken } from './key-claims.js';
import { encodeKey } from './object-key.js';
import { jsonOf, membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';
import type { StorageUrls } from './storage-urls.js';

/** The address is built here, because the client's own breaks for some keys. */
export const signFile = async (
  input: InputOf<'files.sign'>,
  urls: StorageUrls,
  attempt: Attempt,
): Promise<Result<SignedUrl, Failure>> => {
  const token = await (input.transform === undefined ? signPlain(input, attempt) : signTransformed(input, attempt));
  if (token.isErr()) return err(token.error);
  const expiresAt = expiryOfToken(token.value);
  if (expiresAt === undefined) return err(noExpiry);
  return ok({ url: urls.signed({ ...input, token: token.value }), expiresAt });
};

/** With the key in the body: the single-key route decodes the path only in part and signs the wrong one for keys with `+ & =` that are encoded. */
const signPlain = async (
  { bucket, path, expiresInSeconds }: InputOf<'files.sign'>,
  attempt: Attempt,
): Promise<Result<string, Failure>> => {
  const token = await attempt.ask({
    send: ({ storage }) => storage.from(bucket).createSignedUrls([path], expiresInSeconds),
    read: signedTokenOf,
    explain: storageFailureOf,
  });
  return token.andThen((text) => (text === '' ? err(storageFailureOf({ code: 'NoSuchKey', message: '' })) : ok(text)));
};

/**
 * Only the single-key route takes a transformation. It decodes a path in part, so that only the spaces of a checked key
 * may be encoded, and must be: a URL parser drops those at its end.
 */
const signTransformed = async (
  { bucket, path, expiresInSeconds, transform = {} }: InputOf<'files.sign'>,
  attempt: Attempt,
): Promise<Result<string, Failure>> => {
  const address = await attempt.ask({
    send: ({ storage }) => storage.from(bucket).createSignedUrl(encodeURI(path), expiresInSeconds, { transform }),
    read: (data, { body }) => textOf(membersOf(jsonOf(body))?.['signedURL']) ?? textOf(membersOf(data)?.['signedUrl']),
    explain: storageFailureOf,
  });
  if (address.isErr()) return err(address.error);
  const token = tokenOf(address.value);
  if (token === undefined) return err(noExpiry);
  // A project without transformations signs the plain object instead and says nothing.
  return address.value.includes('/render/image/sign/') ? ok(token) : err(noTransform);
};

const noTransform: Failure = {
  kind: 'unsupported',
  effect: 'none',
  code: 'NoImageTransformation',
  message: 'This project does not transform images.',
  hint: 'Enable image transformation (paid plans), or sign without `transform`.',
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
  return path === undefined ? '' : tokenOf(path);
};

const tokenOf = (address: string): string | undefined =>
  new URLSearchParams(address.slice(address.lastIndexOf('?') + 1)).get('token') ?? undefined;
