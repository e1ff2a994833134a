import { layerError, type LayerError } from '@hybrid-supabase/core';

/** Most bytes of one answer, before it is packed: as many as of one request. */
export const defaultMaxResultBytes = 8_000_000;

/** What stands before the number of bytes in the database's error. */
export const tooLargeSign = 'hybrid.result_bytes_';

/** The expression `then`, unless the text has more bytes. A setting that nobody made is the one error with words of ours that plain SQL can raise. */
export const limitedText = (text: string, maxBytes: number, then: string): string =>
  `case when pg_catalog.octet_length(${text}) > ${maxBytes} then pg_catalog.current_setting('${tooLargeSign}' || pg_catalog.octet_length(${text})) else ${then} end`;

const states = new Set(['42704', 'HB003']);
const sign = /hybrid\.result_bytes_(\d+)/;

/** The error of a layer, said plainly if the result was too large; all others as they are. */
export const readableTooLarge = (error: LayerError, maxBytes: number): LayerError => {
  const bytes = states.has(error.sqlState ?? '') ? sign.exec(error.message)?.[1] : undefined;
  if (bytes === undefined) return error;
  const { layer, effect, cause } = error;
  return layerError({
    kind: 'failed',
    layer,
    effect,
    code: 'result-too-large',
    message: `The result has ${bytes} bytes as JSON; ${maxBytes} are allowed.`,
    hint: 'Ask for fewer columns, or page by page: order by a unique column, and take the next rows after the last one.',
    ...(cause !== undefined && { cause }),
  });
};
