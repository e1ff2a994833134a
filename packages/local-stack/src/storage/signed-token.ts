import { signJwt, verifyJwt } from '../jwt.js';
import { isObjectKey } from './object-key.js';
import type { ObjectPlace } from './object-place.js';
import { tokenFaults } from './requester.js';
import { isSignedFor } from './signed-for.js';
import type { StorageContext, StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** What a signed address allows. */
export type SignedScope = 'download' | 'upload';

/** A token for one bucket and key; `extra` travels inside it. */
export function signedToken(
  { jwtSecret }: StorageContext,
  {
    url,
    scope,
    seconds,
    ...extra
  }: { url: string; scope: SignedScope; seconds: number; upsert?: boolean; owner?: string },
): string {
  const issuedAt = Math.floor(Date.now() / 1000);
  return signJwt({ url, scope, ...extra, iat: issuedAt, exp: issuedAt + seconds }, jwtSecret);
}

/** What a checked address grants. */
export interface SignedPlace {
  readonly place: ObjectPlace;
  readonly expires: Date;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** https://tc39.es/ecma262/#sec-time-values-and-time-range */
const lastDateMs = 8.64e15;

/** Checks the token of an address against its scope and its own path. */
export function signedPlace({ jwtSecret }: StorageContext, c: StorageRequest, scope: SignedScope): SignedPlace {
  const token = c.req.query('token');
  if (token === undefined)
    throw new StorageFailure('InvalidRequest', "querystring must have required property 'token'");
  const verified = verifyJwt(token, jwtSecret);
  if (verified.isErr()) throw new StorageFailure('InvalidJWT', tokenFaults[verified.error]);
  const claims = verified.value;
  const place = { bucket: c.req.param('bucket') ?? '', key: c.req.param('key') ?? '' };
  if (!isSignedFor(claims['url'], place) || claims['scope'] !== scope) throw new StorageFailure('InvalidSignature');
  if (!isObjectKey(place.key)) throw new StorageFailure('InvalidKey');
  return { place, expires: new Date(Math.min(Number(claims['exp']) * 1000, lastDateMs)), claims };
}
