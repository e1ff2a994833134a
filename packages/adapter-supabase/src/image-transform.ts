import type { ImageTransform, UrlOptions } from '@hybrid-supabase/core';

const isWithin =
  (least: number, most: number) =>
  (value: unknown): boolean =>
    typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most;
const isOneOf =
  (...names: readonly string[]) =>
  (value: unknown): boolean =>
    typeof value === 'string' && names.includes(value);

/** https://supabase.com/docs/guides/storage/serving/image-transformations, in the order of the address. */
const rules: { readonly [N in keyof ImageTransform]-?: readonly [isGood: (value: unknown) => boolean, must: string] } =
  {
    width: [isWithin(1, 2500), 'a whole number from 1 to 2500'],
    height: [isWithin(1, 2500), 'a whole number from 1 to 2500'],
    resize: [isOneOf('cover', 'contain', 'fill'), '`cover`, `contain` or `fill`'],
    quality: [isWithin(20, 100), 'a whole number from 20 to 100'],
    format: [isOneOf('origin', 'avif'), '`origin` or `avif`'],
  };
const versionShape = /^[\w.:+=-]{1,128}$/;

/** Why an address cannot be made so; undefined when it can. */
export const urlFault = ({ transform, version }: UrlOptions): string | undefined => {
  if (version !== undefined && !versionShape.test(version))
    return '`version` must have 1 to 128 letters, digits or `_ . : + = -`.';
  if (transform === undefined) return undefined;
  const given = Object.entries(transform);
  if (given.length === 0) return '`transform` must say what to change.';
  const rule = new Map<string, (typeof rules)[keyof ImageTransform]>(Object.entries(rules));
  for (const [name, value] of given) {
    const [isGood, must] = rule.get(name) ?? [];
    if (isGood === undefined) return '`transform` takes width, height, resize, quality and format.';
    if (!isGood(value)) return `\`transform.${name}\` must be ${must}.`;
  }
  return undefined;
};

/** The transformation as an address carries it. */
export const transformQuery = (transform: ImageTransform = {}): Record<string, string | undefined> =>
  Object.fromEntries(Object.entries(transform).map(([name, value]) => [name, String(value)]));
