import type { Failure } from './failure.js';

/** Why bytes that arrived are not given to anybody. */
export type WrongBytes = 'SizeDiffers' | 'ChecksumDiffers' | 'Aborted';

/** The failure of a download whose bytes are not the object's. */
export const wrongBytes = (code: WrongBytes): Failure & { readonly code: string } => ({
  kind: 'interrupted',
  effect: 'none',
  code,
  message: 'What arrived is not what the object holds.',
  hint: 'Download it again; if it happens every time, the object itself is damaged.',
});
