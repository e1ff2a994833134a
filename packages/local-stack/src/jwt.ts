import { createHmac, timingSafeEqual } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';

/** What a token says of its bearer, as read from a token whose signature was checked. */
export type JwtClaims = Readonly<Record<string, unknown>>;

/** Why a token is not accepted. `expired` is said only of tokens with a right signature. */
export type JwtProblem = 'malformed' | 'bad-signature' | 'expired';

const header = Buffer.from(JSON.stringify({ alg: 'HS256', typ: 'JWT' })).toString('base64url');
const signatureOf = (content: string, secret: string): Buffer => createHmac('sha256', secret).update(content).digest();

/** An HS256 token of exactly these claims: nothing is added, so `exp` and `iat` are the caller's. */
export function signJwt(claims: JwtClaims, secret: string): string {
  const content = `${header}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`;
  return `${content}.${signatureOf(content, secret).toString('base64url')}`;
}

/** Checks an HS256 token: form, algorithm, signature, then `exp` (in seconds; a token without one never expires). */
export function verifyJwt(token: string, secret: string, nowMs: number = Date.now()): Result<JwtClaims, JwtProblem> {
  const [head, body, signature, ...rest] = token.split('.');
  if (head === undefined || body === undefined || signature === undefined || rest.length > 0) return err('malformed');
  const parsedHeader = recordOf(head);
  const claims = recordOf(body);
  if (parsedHeader?.['alg'] !== 'HS256' || claims === undefined) return err('malformed');
  const given = Buffer.from(signature, 'base64url');
  const expected = signatureOf(`${head}.${body}`, secret);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return err('bad-signature');
  const expiry = claims['exp'];
  if (expiry === undefined) return ok(claims);
  if (typeof expiry !== 'number') return err('malformed');
  return expiry * 1000 > nowMs ? ok(claims) : err('expired');
}

function recordOf(part: string): JwtClaims | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isRecord = (value: unknown): value is JwtClaims =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
