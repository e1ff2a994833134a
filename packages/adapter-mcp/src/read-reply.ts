import { z } from 'zod';
import { untrustedData } from './untrusted-data.js';

/** What a tool answered: its value, the error it reported, or something nobody can read. */
export type Reply =
  | { readonly is: 'value'; readonly value: unknown }
  | { readonly is: 'error'; readonly name: string; readonly message: string }
  | { readonly is: 'unreadable'; readonly why: string };

const toolResult = z.object({
  content: z.array(z.object({ type: z.string(), text: z.string().optional() })).optional(),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
});
// Made once: zod compiles each of its objects, and that took longer than all the rest of reading a reply.
const wrapped = z.object({ result: z.unknown() });
const reported = z.object({ error: z.object({ name: z.string().default('Error'), message: z.string() }) });

/** Reads the result of a tool call: structured content first, else the text. Never throws. */
export const readReply = (reply: unknown): Reply => {
  const parsed = toolResult.safeParse(reply);
  if (!parsed.success) return unreadable('it is no result of a tool');
  const { structuredContent, content = [], isError = false } = parsed.data;
  const text = content.find((block) => block.type === 'text')?.text;
  const json = structuredContent ?? (text === undefined ? undefined : parseJson(text));
  if (isError) return errorIn(json, text);
  if (json === undefined) return unreadable(text === undefined ? 'it is empty' : 'its text is not JSON');
  return { is: 'value', value: json };
};

/** The rows that `execute_sql` wraps: a second JSON text between boundary lines. */
export const readRows = (value: unknown): Exclude<Reply, { readonly is: 'error' }> => {
  const result = wrapped.safeParse(value);
  const inner = result.success ? result.data.result : value;
  if (typeof inner !== 'string') return { is: 'value', value: inner };
  const payload = untrustedData(inner);
  if (payload === undefined) return unreadable('its rows stand between no boundary lines');
  const rows = payload === '' ? [] : parseJson(payload);
  return rows === undefined ? unreadable('its rows are not JSON') : { is: 'value', value: rows };
};

const errorIn = (json: unknown, text: string | undefined): Reply => {
  const known = reported.safeParse(json);
  return known.success
    ? { is: 'error', ...known.data.error }
    : { is: 'error', name: 'Error', message: text ?? 'no message' };
};

const unreadable = (why: string) => ({ is: 'unreadable', why }) as const;

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
