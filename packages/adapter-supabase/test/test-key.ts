const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** An API key of the old kind; nobody signed it. */
export const testKey = (claims: Readonly<Record<string, unknown>>): string =>
  `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}.${'s'.repeat(43)}`;
