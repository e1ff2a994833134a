/** How long an answer asks to be left alone: seconds, or a date. Undefined for anything else. */
export const retryAfterMsOf = (text: string | null | undefined): number | undefined => {
  if (text === null || text === undefined || text.trim() === '') return undefined;
  const seconds = Number(text);
  const waitMs = Number.isNaN(seconds) ? Date.parse(text) - Date.now() : seconds * 1_000;
  return Number.isFinite(waitMs) && waitMs >= 0 ? Math.ceil(waitMs) : undefined;
};
