/** Whether the operating system said one of these (`ENOENT`, `EPERM`, and so on). By shape, since Jest runs code in a realm of its own. */
export function isSystemError(thrown: unknown, ...codes: readonly string[]): boolean {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown)) return false;
  return typeof thrown.code === 'string' && codes.includes(thrown.code);
}
