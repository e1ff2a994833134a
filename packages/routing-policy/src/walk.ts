import {
  operationNames,
  type HybridResult,
  type InputOf,
  type Layer,
  type Method,
  type OperationName,
  type OutputOf,
  type PortName,
  type Ports,
} from '@hybrid-supabase/core';
import type { CallOptions } from './call-options.js';
import type { Doors } from './hybrid.js';
import type { Plan } from './plan.js';
import type { ReadCache } from './read-cache.js';

/** A layer's methods by operation name, without those it lacks. */
export type MethodTable = { readonly [N in OperationName]?: Method<InputOf<N>, OutputOf<N>> };

/** Runs one operation through the router. */
export type Run = <N extends OperationName>(
  name: N,
  input: InputOf<N>,
  options: CallOptions | undefined,
) => HybridResult<OutputOf<N>>;

// TypeScript cannot follow a name through a split. All assertions of the router stand here, and a test walks
// every operation through both functions.

/** A layer's methods by operation name, each bound to its port. */
export function tableOf({ ports, lacks }: Layer): MethodTable {
  const table: Record<string, unknown> = {};
  for (const name of operationNames) {
    const [port, member] = split(name);
    const methods = ports[port] as Record<string, unknown> | undefined;
    const method = methods?.[member];
    if (typeof method === 'function' && lacks[name] === undefined) table[name] = method.bind(methods);
  }
  return table as MethodTable;
}

/** A door for every port there is at run time; the type shows those that are asked for. */
export function doorsOf<P extends Partial<Ports>>(run: Run): { readonly [K in keyof P]: Doors<NonNullable<P[K]>> } {
  const doors: Record<string, Record<string, unknown>> = {};
  for (const name of operationNames) {
    const [port, member] = split(name);
    const door = (input: unknown, options?: CallOptions) => run(name, (input ?? {}) as never, options);
    (doors[port] ??= {})[member] = door;
  }
  return doors as unknown as { readonly [K in keyof P]: Doors<NonNullable<P[K]>> };
}

/** The plan of every operation. */
export type Plans = { readonly [N in OperationName]: Plan<N> };

/** Makes all plans, once. */
export const plansOf = (planFor: <N extends OperationName>(name: N) => Plan<N>): Plans =>
  Object.fromEntries(operationNames.map((name) => [name, planFor(name)])) as unknown as Plans;

/** The cache of every operation. */
export type Caches = { readonly [N in OperationName]: ReadCache<N> };

/** Makes all caches, once. */
export const cachesOf = (cacheFor: <N extends OperationName>(name: N) => ReadCache<N>): Caches =>
  Object.fromEntries(operationNames.map((name) => [name, cacheFor(name)])) as unknown as Caches;

function split(name: OperationName): readonly [PortName, string] {
  const at = name.indexOf('.');
  return [name.slice(0, at) as PortName, name.slice(at + 1)];
}
