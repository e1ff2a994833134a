import { layerError, type LayerError } from '@hybrid-supabase/core';
import { connectErrorTable, unknownConnectError } from './connect-error-table.js';
import { serverErrorOf, textOf } from './server-error.js';

/** Says what a failure to get a connection means: nothing was sent yet, whatever it is. */
export const connectError = (layer: string, cause: unknown): LayerError => {
  const ownCode = textOf(cause, 'code');
  const said = `${ownCode ?? ''}: ${textOf(cause, 'message') ?? ''}`;
  const {
    when: _when,
    code = ownCode,
    ...meaning
  } = connectErrorTable.find(({ when }) => when.test(said)) ?? unknownConnectError;
  const sqlState = serverErrorOf(cause)?.sqlState;
  return layerError({
    ...meaning,
    layer,
    effect: 'none',
    ...(code !== undefined && { code }),
    ...(sqlState !== undefined && { sqlState }),
    cause: cause ?? new Error('The pool rejected without a reason.'),
  });
};
