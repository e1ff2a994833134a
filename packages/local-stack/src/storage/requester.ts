import type { Requester } from '../database.js';
import { verifyJwt } from '../jwt.js';
import type { StorageContext, StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** Wording of the token library that the hosted service uses; clients show it to people. */
export const tokenFaults = {
  malformed: 'Invalid Compact JWS',
  'bad-signature': 'signature verification failed',
  expired: '"exp" claim timestamp check failed',
} as const;

const bearerOf = (c: StorageRequest): string | undefined =>
  c.req
    .header('authorization')
    ?.replace(/^bearer\s+/i, '')
    .trim();

function requesterFrom(claims: Readonly<Record<string, unknown>>): Requester {
  const role = claims['role'];
  return { role: typeof role === 'string' && role !== '' ? role : 'anon', claims };
}

/** Who asks, on a route that insists on a valid token. */
export function guardedRequester(context: StorageContext, c: StorageRequest): Requester {
  if (bearerOf(c) === undefined) {
    throw new StorageFailure('InvalidRequest', "headers must have required property 'authorization'");
  }
  return verifiedRequester(context, c);
}

/** Who asks, where a missing token is as wrong as a bad one. */
export function verifiedRequester({ jwtSecret }: StorageContext, c: StorageRequest): Requester {
  const verified = verifyJwt(bearerOf(c) ?? '', jwtSecret);
  if (verified.isErr()) throw new StorageFailure('AccessDenied', tokenFaults[verified.error]);
  return requesterFrom(verified.value);
}

/** Who reads; nobody when the token is missing, bad or expired, which is no error on a route for reading. */
export function readerOf({ jwtSecret }: StorageContext, c: StorageRequest): Requester | undefined {
  const verified = verifyJwt(bearerOf(c) ?? '', jwtSecret);
  return verified.isErr() ? undefined : requesterFrom(verified.value);
}

/** The text that goes into `owner_id`. */
export function ownerOf({ claims }: Requester): string | undefined {
  return typeof claims['sub'] === 'string' ? claims['sub'] : undefined;
}

const uuidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** The deprecated `owner` column holds uuids only. */
export function ownerUuidOf(owner: string | undefined): string | null {
  return owner !== undefined && uuidPattern.test(owner) ? owner : null;
}
