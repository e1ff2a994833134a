/** Whether a value is an object literal, or one without a prototype. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  // Object.prototype of another realm (a vm, a test runner) has no prototype either.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}
