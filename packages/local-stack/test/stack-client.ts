import { startLocalStack, type LocalStack, type LocalStackOptions } from '../src/index.js';

/** A reply with its body read as JSON. */
export interface JsonReply {
  readonly status: number;
  readonly body: unknown;
}

/** Starts a stack; a refusal is told by its own words. */
export async function start(options: LocalStackOptions = {}): Promise<LocalStack> {
  const started = await startLocalStack(options);
  if (started.isErr()) throw new Error(JSON.stringify(started.error));
  return started.value;
}

/** Calls the Management API below `/v1/projects/<ref>`. */
export async function manage(stack: LocalStack, method: string, path: string, body?: unknown): Promise<JsonReply> {
  const reply = await fetch(`${stack.managementUrl}/v1/projects/${stack.projectRef}${path}`, {
    method,
    headers: { authorization: `Bearer ${stack.accessToken}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return jsonReply(reply);
}

/** Runs a text through the query endpoint. */
export const query = (
  stack: LocalStack,
  text: string,
  more: Readonly<Record<string, unknown>> = {},
): Promise<JsonReply> => manage(stack, 'POST', '/database/query', { query: text, ...more });

/** Calls a function over REST with these headers. */
export async function rpc(
  stack: LocalStack,
  name: string,
  body: string,
  headers: Readonly<Record<string, string>> = { apikey: stack.serviceRoleKey },
): Promise<JsonReply> {
  return jsonReply(await fetch(`${stack.url}/rest/v1/rpc/${name}`, { method: 'POST', headers, body }));
}

/** An empty body reads as undefined. */
export async function jsonReply(reply: Response): Promise<JsonReply> {
  const text = await reply.text();
  return { status: reply.status, body: text === '' ? undefined : JSON.parse(text) };
}
