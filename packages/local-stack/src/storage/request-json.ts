import type { z } from 'zod';
import { bytesOf } from './request-bytes.js';
import type { StorageRequest } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new StorageFailure('NotJson');
  }
}

/** Reads a value by its schema; the failure names the first field that is wrong and never its value. */
export function checked<T>(schema: z.ZodType<T>, value: unknown, place: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new StorageFailure(
    'InvalidRequest',
    `${[place, ...(issue?.path ?? [])].join('/')}: ${issue?.message ?? 'invalid'}`,
  );
}

/** The hosted service's limit for bodies that are not objects. */
const maximumBytes = 1024 * 1024;

async function bodyText(c: StorageRequest): Promise<string> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bytesOf(c.env.incoming)) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > maximumBytes) throw new StorageFailure('EntityTooLarge', 'The body is larger than 1 MiB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Reads the body of a JSON route. */
export async function jsonBody<T>(c: StorageRequest, schema: z.ZodType<T>): Promise<T> {
  return checked(schema, parsed(await bodyText(c)), 'body');
}
