import type { z } from 'zod';
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

/** Reads the body of a JSON route. */
export async function jsonBody<T>(c: StorageRequest, schema: z.ZodType<T>): Promise<T> {
  return checked(schema, parsed(await c.req.text()), 'body');
}
