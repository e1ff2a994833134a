/** Which page follows which key. */
export interface PageCursors {
  /** The cursor for the page after this key. */
  after(place: PagePlace): string;
  /** Whether that cursor is the server's own. */
  knows(place: PagePlace): boolean;
  /** Keeps what the server gave with the page that ended with this key. */
  remember(place: PagePlace, cursor: string): void;
}

/** A place in one list. */
export interface PagePlace {
  readonly bucket: string;
  readonly prefix: string;
  readonly key: string;
}

/**
 * Lists go on after a key, so that any layer can give the next page, while the Storage API goes on after a
 * cursor. Its own cursors of the latest pages are kept; for another key one is built the way the server
 * does (base64 of the last name), which is its private format: https://github.com/supabase/storage
 */
export const createPageCursors = (capacity = 100): PageCursors => {
  const known = new Map<string, string>();
  const nameOf = ({ bucket, prefix, key }: PagePlace): string => JSON.stringify([bucket, prefix, key]);
  return {
    after: (place) => known.get(nameOf(place)) ?? Buffer.from(`l:${place.key}`).toString('base64'),
    knows: (place) => known.has(nameOf(place)),
    remember(place, cursor) {
      known.delete(nameOf(place));
      known.set(nameOf(place), cursor);
      const [oldest] = known.keys();
      if (known.size > capacity && oldest !== undefined) known.delete(oldest);
    },
  };
};
