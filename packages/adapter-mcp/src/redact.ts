/** Tokens and keys by their look, then addresses: what no message may hold, whoever wrote it. */
const patterns: readonly (readonly [RegExp, string])[] = [
  [/\bsb[a-z]*_[A-Za-z0-9_-]{8,}/g, '[secret]'],
  [/\beyJ[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, '[secret]'],
  [/\bBearer\s+\S+/gi, '[secret]'],
  [/\b(?:postgres(?:ql)?|https?|wss?|file):\/\/[^\s"'<>)]+/gi, '[address]'],
];

/** Removes the given secrets, everything that looks like one, and every address. */
export const redact = (text: string, secrets: readonly string[] = []): string => {
  const known = secrets.filter((secret) => secret !== '');
  const without = known.reduce((left, secret) => left.replaceAll(secret, '[secret]'), text);
  return patterns.reduce((left, [pattern, instead]) => left.replace(pattern, instead), without);
};
