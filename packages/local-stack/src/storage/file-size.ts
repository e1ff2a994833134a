const pattern = /^(\d+(?:\.\d+)?)(gb|mb|kb|b)$/i;
const bytesPer: Readonly<Record<string, number>> = { b: 1, kb: 1e3, mb: 1e6, gb: 1e9 };

/** Bytes meant by `20MB` (decimal, three significant digits, as the hosted service reads it), or undefined. */
export function fileSizeBytes(text: string): number | undefined {
  const match = pattern.exec(text.trim());
  if (match?.[1] === undefined || match[2] === undefined) return undefined;
  const amount = Number(Number(match[1]).toPrecision(3));
  return Math.round(amount * (bytesPer[match[2].toLowerCase()] ?? 1));
}
