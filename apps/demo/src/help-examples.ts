/** One command line, and what it is for in a few words. */
export type Example = readonly [line: string, purpose: string];

/** The block of examples that ends every help text. */
export const helpExamples = (examples: readonly Example[]): string => {
  const width = Math.max(...examples.map(([line]) => line.length));
  return ['', 'Examples:', ...examples.map(([line, purpose]) => `  ${line.padEnd(width)}   ${purpose}`)].join('\n');
};
