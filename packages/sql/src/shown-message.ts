/**
 * The first line of a message of PostgreSQL, without what it quotes of the caller's data. Errors of syntax and of data
 * quote values, which may hold anything; errors about the schema quote names, which stay.
 */
export function shownMessage(sqlState: string, message: string): string {
  // Some layers pass on no more than this line, and it must read alike through all of them.
  const [line = ''] = message.split('\n', 1);
  return quotesData(sqlState, line) ? withoutData(line) : line;
}

const quotesData = (sqlState: string, line: string): boolean =>
  sqlState.startsWith('22') || (sqlState === '42601' && / at or near "/.test(line));

/** The word before a quote tells a name from a value. Only what stands before the first value is sure to be PostgreSQL's. */
const namesFirst =
  /^(?:[^"]*\b(?:column|relation|table|type|domain|enum|parameter|constraint|function|sequence|attribute|encoding) "[^"]*")*/u;

function withoutData(line: string): string {
  const told = namesFirst.exec(line)?.[0] ?? '';
  // The last quote may be the value's own, so everything up to it goes; without one the line ends inside of the value.
  const rest = line.slice(told.length).replace(/"(?:.*"|.*)/u, '…');
  return told + rest.replace(/0x[0-9a-f].*/u, '…');
}
