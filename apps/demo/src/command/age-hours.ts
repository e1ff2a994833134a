const hoursOf = { h: 1, d: 24 } as const;

/** Reads an age such as `30d` or `12h` as hours; nothing when it is no such age, or less than an hour. */
export const ageHours = (text: string): number | undefined => {
  const [, count = '', unit = ''] = /^([1-9]\d{0,5})([hd])$/.exec(text) ?? [];
  return unit === 'h' || unit === 'd' ? Number(count) * hoursOf[unit] : undefined;
};
