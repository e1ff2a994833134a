/**
 * Text as a literal that reads alike under both settings of `standard_conforming_strings`: where a
 * backslash occurs, the E form, in which a backslash is always an escape.
 */
export const quoteLiteral = (text: string): string =>
  text.includes('\\') ? `E'${text.replace(/\\/g, '\\\\').replace(/'/g, "''")}'` : `'${text.replace(/'/g, "''")}'`;
