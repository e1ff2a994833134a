import type { Context } from 'hono';

/** An unreadable body is an empty one: what it lacks is then named. */
export async function jsonBody(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await context.req.json().catch(() => undefined);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}
