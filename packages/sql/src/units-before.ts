/** How many UTF-16 units the first so many characters of a text have; PostgreSQL counts characters. */
export function unitsBefore(text: string, characters: number): number {
  let at = 0;
  for (let left = characters; left > 0 && at < text.length; left -= 1)
    at += (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
  return at;
}
