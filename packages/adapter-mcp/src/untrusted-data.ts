const opening = /<untrusted-data-([0-9a-f-]{36})>/;

/**
 * What stands between the server's own boundary lines; nothing when there are none. The boundary is the one that
 * the preamble, which no row can reach, names first; rows that imitate a closing tag lie before the last one.
 */
export const untrustedData = (text: string): string | undefined => {
  const id = opening.exec(text)?.[1];
  if (id === undefined) return undefined;
  // The server's indent stripping may leave blanks before a boundary line.
  const first = new RegExp(`^[ \\t]*<untrusted-data-${id}>$`, 'm').exec(text);
  const end = text.lastIndexOf(`</untrusted-data-${id}>`);
  if (first === null || end < 0) return undefined;
  const start = first.index + first[0].length;
  return start > end ? undefined : text.slice(start, end).trim();
};
