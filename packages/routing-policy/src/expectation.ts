/** What a value in a policy has to be. */
export interface Expectation {
  readonly expected: string;
  fits(value: unknown): boolean;
}

/** An object with these members and no others; those in `needed` must be there. */
export interface Shape {
  readonly members: Members;
  readonly needed?: readonly string[];
  /** Whether `false` may stand in its place. */
  readonly mayBeOff?: true;
}

/** An object with any keys and the same shape under each. */
export interface Dictionary {
  readonly each: Shape;
}

/** What is expected under each name. */
export interface Members {
  readonly [member: string]: Expectation | Shape | Dictionary;
}

/** Whether a value is an object with members, no list and not null. */
export const isRecord = (value: unknown): value is { readonly [member: string]: unknown } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isName = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** A time. */
export const milliseconds: Expectation = {
  expected: 'a number of milliseconds above 0 and at most 2147483647',
  fits: (value) => typeof value === 'number' && value > 0 && value <= 2_147_483_647,
};

/** A time that may be nothing. */
export const millisecondsOrNone: Expectation = {
  expected: 'a number of milliseconds from 0 to 2147483647',
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 2_147_483_647,
};

/** Names of layers. */
export const names: Expectation = {
  expected: 'a list of names, none twice',
  fits: (value) => Array.isArray(value) && value.every(isName) && new Set(value).size === value.length,
};

/** One name. */
export const name: Expectation = { expected: 'a text that is not empty', fits: isName };

/** How many, one at least. */
export const count: Expectation = {
  expected: 'a whole number, at least 1',
  fits: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 1,
};

/** How many, perhaps none. */
export const countOrNone: Expectation = {
  expected: 'a whole number, at least 0',
  fits: (value) => typeof value === 'number' && Number.isInteger(value) && value >= 0,
};

/** A switch. */
export const flag: Expectation = { expected: 'true or false', fits: (value) => typeof value === 'boolean' };

/** A part of a whole. */
export const share: Expectation = {
  expected: 'a number above 0 and at most 1',
  fits: (value) => typeof value === 'number' && value > 0 && value <= 1,
};

/** A part of a whole, or nothing of it. */
export const shareOrNone: Expectation = {
  expected: 'a number from 0 to 1',
  fits: (value) => typeof value === 'number' && value >= 0 && value <= 1,
};

/** One of a few words. */
export const oneOf = (words: readonly string[]): Expectation => ({
  expected: `one of ${words.join(', ')}`,
  fits: (value) => typeof value === 'string' && words.includes(value),
});

/** What kind of thing a value is; of a text nothing more is said, because it may be a secret in the wrong place. */
export function described(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'number' ? String(value) : `a value of type ${typeof value}`;
}

/** Every mistake below one path. What is undefined was left out. */
export function problemsOf(path: string, value: unknown, wanted: Expectation | Shape | Dictionary): readonly string[] {
  if (value === undefined) return [];
  if ('fits' in wanted)
    return wanted.fits(value) ? [] : [`${path}: expected ${wanted.expected}, found ${described(value)}`];
  if (!('each' in wanted) && wanted.mayBeOff && value === false) return [];
  if (!isRecord(value)) {
    const orOff = 'each' in wanted || !wanted.mayBeOff ? '' : ' or false';
    return [`${path}: expected an object${orOff}, found ${described(value)}`];
  }
  if ('each' in wanted)
    return Object.entries(value).flatMap(([key, one]) => problemsOf(`${path}['${key}']`, one, wanted.each));
  return [...missing(path, value, wanted), ...wrong(path, value, wanted.members)];
}

const missing = (path: string, value: object, { needed = [] }: Shape): readonly string[] =>
  needed
    .filter((member) => !Object.hasOwn(value, member))
    .map((member) => `${path}.${member}: expected it to be given, found nothing`);

const wrong = (path: string, value: object, members: Members): readonly string[] =>
  Object.entries(value).flatMap(([member, one]) =>
    Object.hasOwn(members, member)
      ? problemsOf(`${path}.${member}`, one, members[member]!)
      : [`${path}.${member}: no such member; expected one of ${Object.keys(members).join(', ')}`],
  );
