import type { ParityCase } from './parity-case.js';
import type { ParityResult } from './run-parity.js';

/** One line for each case and a mark for each layer; what differs stands below. */
export const tableOf = ({ queries, layers, equal, different }: ParityResult, cases: readonly ParityCase[]): string => {
  const wrong = new Set(different.map(({ name, layer }) => `${layer} ${name}`));
  const widthOf = (layer: string): number => Math.max(layer.length, 'DIFFERS'.length);
  const mark = (layer: string, name: string): string =>
    (wrong.has(`${layer} ${name}`) ? 'DIFFERS' : 'same').padEnd(widthOf(layer));
  return [
    [...layers.map((layer) => layer.padEnd(widthOf(layer))), 'case'].join('  '),
    ...cases.map(({ name }) => [...layers.map((layer) => mark(layer, name)), oneLine(name)].join('  ')),
    '',
    ...different.flatMap(({ name, layer, expected, actual }) => [
      `${oneLine(name)} on ${layer}`,
      `  expected ${expected}`,
      `  got      ${actual}`,
    ]),
    `${equal} of ${queries} cases are the same on ${layers.join(', ')}.`,
  ].join('\n');
};

const oneLine = (name: string): string => name.replace(/\s+/g, ' ').slice(0, 100);
