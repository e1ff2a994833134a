import type { Failure } from './failure.js';

/** The failure of a download whose target broke. */
export const targetFailed = (cause: unknown): Failure => ({
  kind: 'failed',
  effect: 'none',
  code: 'TargetFailed',
  message: 'The bytes could not be written to where they should go.',
  hint: 'Check that there is room and that the place may be written to.',
  cause,
});
