/** `20300101235959`: a second in UTC, later than the last version even within the same second. */
export function nextVersion(now: Date, last: string | undefined): string {
  const version = stampOf(now);
  if (last === undefined || version > last) return version;
  const lastSecond = secondOf(last);
  return lastSecond === undefined ? `${last}0` : stampOf(new Date(lastSecond.getTime() + 1000));
}

const stampOf = (date: Date): string => date.toISOString().replace(/\D/g, '').slice(0, 14);

/** `undefined` for a version that somebody named otherwise. */
function secondOf(version: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(version);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const date = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
