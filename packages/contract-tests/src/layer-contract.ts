import { answerCases } from './cases/answer-cases.js';
import { closeCases } from './cases/close-cases.js';
import type { ContractCase } from './cases/contract-case.js';
import { errorCases } from './cases/error-cases.js';
import { faultCases } from './cases/fault-cases.js';
import { shapeCases } from './cases/shape-cases.js';
import { stopCases } from './cases/stop-cases.js';

/** What every layer must do, for any test runner. Cases need a fresh harness each and no order. */
export const layerContract: readonly ContractCase[] = [
  ...shapeCases,
  ...answerCases,
  ...stopCases,
  ...faultCases,
  ...errorCases,
  ...closeCases,
];
