import { err } from 'neverthrow';
import type { Authority } from './authority.js';
import type { Call, LayerResult, Method } from './call.js';
import type { Fate } from './fate.js';
import { layerError } from './layer-error.js';
import type { OperationName } from './operations.js';
import type { PortName, Ports } from './ports/ports.js';

/**
 * Something that can serve operations: an MCP server, supabase-js, a database. An object literal that
 * satisfies this interface; a layer in hand is ready, connecting is its own lazy business.
 *
 * `P` keeps which ports a layer has: `Layer<Pick<Ports, 'sql'>>` has no `ports.files`.
 */
export interface Layer<P extends Partial<Ports> = Partial<Ports>> {
  /** Raised only when an existing adapter would have to change. */
  readonly contract: 1;
  /** Stable and unique in one process; it appears in errors, trails and policies. */
  readonly name: string;
  readonly authority: Authority;
  /** What it stands on. Its own edge comes first. */
  readonly sharedFate: readonly Fate[];
  readonly ports: P;
  /** What it cannot do inside a port it has, and why. Answered as `unsupported` without sending anything. */
  readonly lacks: { readonly [N in OperationName]?: string };
  /** The cheapest read that proves the layer can serve. */
  probe(call: Call): LayerResult<void>;
  /** Ends every child, connection and timer. Safe to call twice; later calls fail as `unavailable`. */
  close(): Promise<void>;
}

/** A method for what a layer lacks: fits every method of every port and sends nothing. */
export const cannot =
  (layer: string, why: string | undefined): Method<unknown, never> =>
  async () =>
    err(layerError({ kind: 'unsupported', layer, effect: 'none', message: why ?? 'This layer does not support it.' }));

/** Whether a layer can serve an operation at all. */
export const supports = (layer: Layer, name: OperationName): boolean =>
  layer.ports[name.slice(0, name.indexOf('.')) as PortName] !== undefined && layer.lacks[name] === undefined;
