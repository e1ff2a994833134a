import { operationNames } from '@hybrid-supabase/core';
import type { Layer, Method, OperationName, PortName, Ports } from '@hybrid-supabase/core';

const isMethod = (value: unknown): value is Method<unknown, unknown> => typeof value === 'function';

/** `'buckets'` of `'buckets.list'`. */
export const portOf = (name: OperationName): string => name.slice(0, name.indexOf('.'));

/** The operations of the ports a layer has, in the order of the catalogue. */
export const namesOf = (layer: Layer): readonly OperationName[] =>
  operationNames.filter((name) => Reflect.get(layer.ports, portOf(name)) !== undefined);

/** The bound method of an operation; undefined where the layer has none. */
export const methodOf = (ports: object, name: OperationName): Method<unknown, unknown> | undefined => {
  const port: unknown = Reflect.get(ports, portOf(name));
  if (typeof port !== 'object' || port === null) return undefined;
  const method: unknown = Reflect.get(port, name.slice(name.indexOf('.') + 1));
  return isMethod(method) ? (input, call) => method.call(port, input, call) : undefined;
};

/** Whether every port that is there has all its methods. */
export const arePortsWhole = (ports: { readonly [P in PortName]?: unknown }): ports is Partial<Ports> =>
  operationNames
    .filter((name) => Reflect.get(ports, portOf(name)) !== undefined)
    .every((name) => methodOf(ports, name) !== undefined);
