import { z } from 'zod';
import { StorageFailure } from './storage-failure.js';

/** The lines of a cursor by their letters, as the hosted service writes them; clients build some of their own. */
const lines = z.object({
  l: z.string().default(''),
  o: z.enum(['asc', 'desc']).default('asc'),
  c: z.enum(['name', 'created_at', 'updated_at']).optional(),
  /** Here Postgres' own text, so that no digit is lost; hosted ISO 8601. */
  a: z
    .string()
    .regex(/^[-+:. \dTZ]{1,40}$|^-?infinity$/)
    .refine((text) => text.endsWith('infinity') || !Number.isNaN(Date.parse(text)))
    .optional(),
});

/** Where the page before ended, and in which order it went. */
export interface ListCursor {
  readonly last: string;
  readonly order: 'asc' | 'desc';
  /** Undefined: as the request says. */
  readonly column: 'name' | 'created_at' | 'updated_at' | undefined;
  readonly time: string | undefined;
}

/** Opaque text for the client. */
export function cursorText({ last, order, column = 'name', time }: ListCursor): string {
  const text = [`l:${last}`, `o:${order}`, `c:${column}`, ...(time === undefined ? [] : [`a:${time}`])].join('\n');
  return Buffer.from(text).toString('base64');
}

/** Reads a cursor back, or fails. */
export function cursorFrom(text: string): ListCursor {
  const parts = Buffer.from(text, 'base64')
    .toString('utf8')
    .split('\n')
    .map((line) => /^([loca]):(.*)$/.exec(line));
  const read = lines.safeParse(Object.fromEntries(parts.map((part) => [part?.[1], part?.[2]])));
  if (!read.success || parts.includes(null))
    throw new StorageFailure('InvalidParameter', 'Invalid cursor: start again without one');
  const { l: last, o: order, c: column, a: time } = read.data;
  return { last, order, column, time };
}
