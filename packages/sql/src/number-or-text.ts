/** A JSON number as a number where that keeps its value (`1.10` is 1.1), else as its digits. */
export function numberOrText(text: string): number | string {
  const number = Number(text);
  return Number.isFinite(number) && canonical(String(number)) === canonical(text) ? number : text;
}

const parts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** Sign, digits without outer zeros and the power of ten of the last digit: the same for the same value. */
function canonical(text: string): string {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  if (digits === '') return '0';
  const kept = digits.replace(/0+$/, '');
  return `${sign}${kept}e${Number(exponent) - fraction.length + digits.length - kept.length}`;
}
