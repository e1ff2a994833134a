import { createHash } from 'node:crypto';

/** What binds a key to its statements: lower-case hex SHA-256 over the rendered texts, each with its length, so that no two lists share one. */
export function digestOf(texts: readonly string[]): string {
  const hash = createHash('sha256');
  for (const text of texts) hash.update(`${Buffer.byteLength(text)}:`).update(text);
  return hash.digest('hex');
}
