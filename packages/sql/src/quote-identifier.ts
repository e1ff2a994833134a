/** A name quoted, so that it means exactly itself, upper case and reserved words included. */
export const quoteIdentifier = (name: string): string => `"${name.replace(/"/g, '""')}"`;
