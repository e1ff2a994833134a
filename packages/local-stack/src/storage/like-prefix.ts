/** A pattern for `like` that means "starts with exactly this". */
export function likePrefix(text: string): string {
  return `${text.replace(/[\\%_]/g, '\\$&')}%`;
}
