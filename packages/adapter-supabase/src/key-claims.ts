import { roles, type Role } from '@hybrid-supabase/core';
import { jsonOf, membersOf, numberOf, textOf } from './read-value.js';

/** What an API key says of itself. Nothing is verified: only the server can. */
export interface KeyClaims {
  readonly role?: Role;
  /** When a JWT stops being accepted, milliseconds since 1970. */
  readonly expiresAtMs?: number;
}

/** Reads a legacy JWT key, or the prefix of a new one; anything else says nothing. */
export const claimsOf = (key: string): KeyClaims => {
  if (key.startsWith('sb_secret_')) return { role: 'service_role' };
  if (key.startsWith('sb_publishable_')) return { role: 'anon' };
  return claimsOfToken(key);
};

/** When a JWT expires, as ISO 8601; undefined when it does not say. */
export const expiryOfToken = (token: string): string | undefined => {
  const { expiresAtMs } = claimsOfToken(token);
  return expiresAtMs === undefined ? undefined : new Date(expiresAtMs).toISOString();
};

const claimsOfToken = (token: string): KeyClaims => {
  const payload = token.split('.')[1];
  const claims = payload === undefined ? undefined : membersOf(jsonOf(Buffer.from(payload, 'base64url').toString()));
  const named = textOf(claims?.['role']);
  const role = roles.find((each) => each === named);
  const expiry = numberOf(claims?.['exp']);
  return { ...(role && { role }), ...(expiry !== undefined && { expiresAtMs: expiry * 1000 }) };
};
