/** What the keeper reports: a slow step, the server's port and process, or why there is none. */
export type KeeperEvent =
  | { readonly event: 'step'; readonly line: string }
  | { readonly event: 'ready'; readonly port: number; readonly pid: number }
  | { readonly event: 'failed'; readonly step: string; readonly log: readonly string[] };

/** Reads one line of the keeper; `undefined` for anything else. */
export function parseKeeperEvent(line: string): KeeperEvent | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isKeeperEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isKeeperEvent = (value: unknown): value is KeeperEvent => {
  if (typeof value !== 'object' || value === null) return false;
  const field = (name: string): unknown => Reflect.get(value, name);
  if (field('event') === 'step') return typeof field('line') === 'string';
  if (field('event') === 'ready') return typeof field('port') === 'number' && typeof field('pid') === 'number';
  return field('event') === 'failed' && Array.isArray(field('log'));
};
