import type { Requester } from '../database.js';
import { verifyJwt } from '../jwt.js';
import { ownerOf, tokenFaults, verifiedRequester } from './requester.js';
import type { StorageContext, StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** Who sends a request of a resumable upload, and what it asks for. */
export interface UploadCaller {
  readonly upsert: boolean;
  readonly owner: string | undefined;
  /** Whose rights count; with a signature they were checked when it was made. */
  readonly who: Requester | undefined;
  /** The one bucket and key a signature is for. */
  readonly onlyFor: string | undefined;
}

/** By the token of this very request: upserting, too, is asked for anew each time. */
export function bearerCaller(context: StorageContext, c: StorageRequest): UploadCaller {
  const who = verifiedRequester(context, c);
  return { who, owner: ownerOf(who), upsert: c.req.header('x-upsert') === 'true', onlyFor: undefined };
}

/** By a token for a signed upload in `x-signature`, which knows itself whether it may replace. */
export function signedCaller({ jwtSecret }: StorageContext, c: StorageRequest): UploadCaller {
  const signature = c.req.header('x-signature');
  if (signature === undefined) throw new StorageFailure('InvalidSignature', 'Missing x-signature header');
  const verified = verifyJwt(signature, jwtSecret);
  if (verified.isErr()) throw new StorageFailure('InvalidJWT', tokenFaults[verified.error]);
  const { url, scope, upsert, owner } = verified.value;
  if (typeof url !== 'string' || scope !== 'upload') throw new StorageFailure('InvalidSignature');
  return {
    who: undefined,
    owner: typeof owner === 'string' ? owner : undefined,
    upsert: upsert === true,
    onlyFor: url,
  };
}
