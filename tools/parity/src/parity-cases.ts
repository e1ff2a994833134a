import { decodeCases } from './decode-cases.js';
import { errorCases } from './error-cases.js';
import type { ParityCase } from './parity-case.js';
import { planCases } from './plan-cases.js';
import { shapeCases } from './shape-cases.js';
import { sizeCases } from './size-cases.js';
import { valueCases } from './value-cases.js';

/** All cases, in the order in which they run: later ones look at what earlier ones wrote. */
export const parityCases: readonly ParityCase[] = [
  ...valueCases,
  ...decodeCases,
  ...planCases,
  ...shapeCases,
  ...errorCases,
  ...sizeCases,
];
