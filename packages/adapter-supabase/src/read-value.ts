/** A value whose members may be looked at; nothing is known of them. */
export interface Members {
  readonly [name: string]: unknown;
}

/** The value as something with members, or undefined. */
export const membersOf = (value: unknown): Members | undefined => (isMembers(value) ? value : undefined);

/** The value as a text, or undefined. */
export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** The value as a finite number, also where a server writes it as digits; else undefined. */
export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
};

/** A point in time as ISO 8601 in UTC, or undefined. */
export const instantOf = (value: unknown): string | undefined => {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

/** What the text says as JSON, or undefined when it is none. */
export const jsonOf = (text: string | undefined): unknown => {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Every item read by `read`, or undefined as soon as one cannot be. */
export const eachOf = <T>(value: unknown, read: (item: unknown) => T | undefined): readonly T[] | undefined => {
  if (!Array.isArray(value)) return undefined;
  const items: T[] = [];
  for (const item of value) {
    const known = read(item);
    if (known === undefined) return undefined;
    items.push(known);
  }
  return items;
};

const isMembers = (value: unknown): value is Members => typeof value === 'object' && value !== null;
