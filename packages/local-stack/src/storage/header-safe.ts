/** A cache rule as a header may hold it, since it becomes one again at every download; `no-cache` for anything else. */
export function headerSafe(text: string): string {
  return /^[\x20-\x7e]+$/.test(text) ? text : 'no-cache';
}
