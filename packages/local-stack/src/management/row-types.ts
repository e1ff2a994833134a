import pg from 'pg';

const asText = (text: string): string => text;
const textArray: number = 1009;
const asTexts = pg.types.getTypeParser(textArray, 'text');
const asNumberWhereSafe = (text: string): number | string => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : text;
};

/** Types that the query endpoint shows otherwise than the driver: whole numbers where exact, times as PostgreSQL writes them. */
const parsers = new Map<number, (text: string) => unknown>([
  [20, asNumberWhereSafe],
  ...[1082, 1083, 1114, 1184, 1186, 1266, 600].map((oid) => [oid, asText] as const),
  ...[1017, 1115, 1182, 1183, 1185, 1187, 1270].map((oid) => [oid, asTexts] as const),
]);

/** Given to each client of the endpoint; the driver's global parsers stay as they are. */
export const rowTypes: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    parsers.get(oid) ?? (format === 'binary' ? pg.types.getTypeParser(oid, 'binary') : pg.types.getTypeParser(oid)),
};
