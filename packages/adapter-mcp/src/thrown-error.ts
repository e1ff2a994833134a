import { layerError, type LayerError } from '@hybrid-supabase/core';
import { z } from 'zod';
import { httpError } from './http-failure-table.js';
import { thrownErrorTable, unknownThrown, type ThrownRule } from './thrown-error-table.js';

const thrownShape = z.object({ code: z.unknown(), name: z.string(), message: z.string() }).partial();

/** Says what a rejection of the MCP client means. `lastWords` is what the server said before it ended. */
export const thrownError = (layer: string, cause: unknown, lastWords: string): LayerError => {
  const ofHttp = httpError(layer, cause);
  if (ofHttp !== undefined) return ofHttp;
  const { code, name, message } = thrownShape.safeParse(cause).data ?? {};
  const matches = (rule: ThrownRule): boolean =>
    rule.code === code &&
    (rule.when === undefined || [name, message].some((text) => rule.when?.test(text ?? '') === true));
  const rule = thrownErrorTable.find(matches) ?? unknownThrown;
  return layerError({
    kind: rule.kind,
    layer,
    effect: rule.effect,
    message: rule.code === -32000 && lastWords !== '' ? `${rule.message} It said: ${lastWords}` : rule.message,
    hint: rule.hint,
    cause,
  });
};
