const alphabet = /^[A-Za-z0-9_/!.*'() &$=@;:+,-]*$/;
const maxKeyBytes = 1024;
const maxSegmentBytes = 255;

/** Why the Storage API would refuse this key, or would take it for another one; undefined when it is good. */
export const keyFault = (path: string): string | undefined => {
  if (path === '') return 'An object key must not be empty.';
  const segments = path.split('/');
  if (segments.includes('')) return 'An object key must not begin or end with a slash, nor have two in a row.';
  if (segments.some(isDots)) return 'An object key must not have a segment of one or two dots.';
  if (path.length > maxKeyBytes) return `An object key must not be longer than ${maxKeyBytes} bytes.`;
  if (segments.some((segment) => segment.length > maxSegmentBytes)) {
    return `No segment of an object key may be longer than ${maxSegmentBytes} bytes.`;
  }
  return alphabetFault(path, 'An object key');
};

/** Why this cannot be the beginning of any key; undefined when it can. An empty text is good. */
export const prefixFault = (prefix: string): string | undefined => alphabetFault(prefix, 'A prefix');

/** Why a list cannot go on after this key; undefined when it can: after any that others made, since it travels in the body. */
export const placeFault = (after: string): string | undefined =>
  /\p{Cc}/u.test(after) ? 'A key to go on after must not hold control characters.' : undefined;

/** Why the Storage API would refuse this bucket name, or its address would lead elsewhere; undefined when it is good. */
export const bucketFault = (id: string): string | undefined => {
  if (id.length === 0 || id.length > 100) return 'A bucket name must have 1 to 100 characters.';
  if (id !== id.trim()) return 'A bucket name must not begin or end with a space.';
  if (isDots(id) || id.includes('/')) return 'A bucket name must be neither one or two dots nor hold a slash.';
  return alphabetFault(id, 'A bucket name');
};

/**
 * Every byte as the URL needs it. The client puts keys into URLs as they are, where a URL parser would act
 * on them: https://url.spec.whatwg.org/#path-state
 */
export const encodeKey = (path: string): string => path.split('/').map(encodeURIComponent).join('/');

const isDots = (segment: string): boolean => segment === '.' || segment === '..';

// `?` is a legal character of a key, yet several calls of the client cannot address such a key.
const alphabetFault = (text: string, what: string): string | undefined =>
  alphabet.test(text) ? undefined : `${what} may hold A-Z a-z 0-9 / space and _ ! . * ' ( ) & $ = @ ; : + , - only.`;
