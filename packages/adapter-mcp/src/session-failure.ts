import { layerError, type LayerError } from '@hybrid-supabase/core';
import type { StartFailure } from './mcp-session.js';

/** The error of a call for which no session could be opened; nothing was sent. */
export const sessionFailure = (layer: string, failure: StartFailure): LayerError => {
  const { kind = 'unavailable', ...words } = failure;
  return layerError({ ...words, kind, layer, effect: 'none' });
};

/** The connector itself failed. */
export const openFailure = (reason: string, cause: unknown): StartFailure => ({
  message: `The MCP server could not be connected to: ${reason}`,
  hint: 'Look at the connector that was given as `connect`: its `open` should give an error and not reject.',
  cause,
});

/** The server says nothing of its tools that could be understood. */
export const listFailure = (reason: string): StartFailure => ({
  message: `The MCP server could not say which tools it has: ${reason}`,
  hint: 'Leave the docs feature out, and check that the server is an official one of version 0.13 or later.',
});

/** A session that could write, where none may. */
export const writableError = (layer: string): LayerError =>
  layerError({
    kind: 'unavailable',
    layer,
    effect: 'none',
    code: 'not-read-only',
    message: 'The session should be read-only, but the MCP server offers one that can write; nothing was sent.',
    hint: 'Start the server with --read-only (with `stdio`: readOnly: true), and look for a mistyped parameter.',
  });
