import { isPlain } from './is-plain.js';

/** One text for equal inputs, whatever the order of their members; nothing for what cannot be told apart by text. */
export function inputKey(input: unknown): string | undefined {
  try {
    return textOf(input);
  } catch (thrown) {
    if (thrown === untold) return undefined;
    throw thrown;
  }
}

const untold = Symbol('cannot be told apart by text');

function textOf(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value === undefined) return 'undefined';
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object') throw untold;
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  if (value instanceof Date) return `date ${value.getTime()}`;
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('base64')}`;
  // A stream, for instance, has no text that stands for it.
  if (!isPlain(value)) throw untold;
  const members = Object.entries(value).filter(([, one]) => one !== undefined);
  // By code unit, because a locale may hold different names for equal.
  members.sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${members.map(([name, one]) => `${JSON.stringify(name)}:${textOf(one)}`).join()}}`;
}
