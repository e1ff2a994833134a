import { err, type Result } from 'neverthrow';
import type { Requester } from '../database.js';
import { verifyJwt, type JwtProblem } from '../jwt.js';
import { restError, type RestError } from './rest-error.js';

/** A refusal by the gateway in front of REST, which has a form of its own. */
export interface GatewayRefusal {
  readonly status: 401;
  readonly body: { readonly message: string; readonly hint: string };
}

const problems: { readonly [P in JwtProblem]: string } = {
  malformed: 'JWT could not be read',
  'bad-signature': 'JWT could not be verified',
  expired: 'JWT expired',
};

/** Who asks: the bearer of the token in `authorization`, or of the API key alone. */
export function requesterOf(headers: Headers, jwtSecret: string): Result<Requester, RestError | GatewayRefusal> {
  const apiKey = headers.get('apikey') ?? undefined;
  const bearer = /^bearer\s+(.+)$/i.exec(headers.get('authorization') ?? '')?.[1];
  const token = bearer ?? apiKey;
  if (token === undefined) return err(refusal('No API key found in request', 'Send the key as the apikey header.'));
  if (apiKey !== undefined && verifyJwt(apiKey, jwtSecret).isErr())
    return err(refusal('Invalid API key', 'Use the anon or service_role key of this stack.'));
  return verifyJwt(token, jwtSecret)
    .map((claims) => ({ role: typeof claims['role'] === 'string' ? claims['role'] : 'anon', claims }))
    .mapErr((problem) => restError(401, 'PGRST301', problems[problem]));
}

const refusal = (message: string, hint: string): GatewayRefusal => ({ status: 401, body: { message, hint } });
