/** Prints what the rollout's sequential test does with equal and unequal arms; fixed seeds. Build the package first. */
import { simulateRollouts } from '../dist/index.js';

const rule = { threshold: 0.1, falseAlarms: 0.005, minimumSample: 1_000 };
const cases = [
  ['identical arms, 5 % errors', { controlErrors: 0.05, candidateErrors: 0.05 }],
  ['identical arms, 1 % errors', { controlErrors: 0.01, candidateErrors: 0.01 }],
  ['10 % more errors, just at the threshold', { controlErrors: 0.05, candidateErrors: 0.055 }],
  ['25 % more errors at a 5 % base', { controlErrors: 0.05, candidateErrors: 0.0625 }],
  ['twice the errors at a 1 % base', { controlErrors: 0.01, candidateErrors: 0.02 }],
  ['20 % slower', { controlErrors: 0.01, candidateErrors: 0.01, slowdown: 0.2 }],
];
for (const [name, arms] of cases) {
  const { share, medianCalls } = simulateRollouts({ runs: 1_000, callsPerArm: 60_000, seed: 20261122, rule, ...arms });
  const half = medianCalls === undefined ? '' : `, half of them within ${medianCalls} calls an arm`;
  process.stdout.write(`${name}: ${(share * 100).toFixed(1)} % rolled back${half}\n`);
}
