import { operationNames } from '@hybrid-supabase/core';
import type { Layer, Method, OperationName, Ports } from '@hybrid-supabase/core';
import type { FakeAnswers } from './fake-answers.js';
import { arePortsWhole, portOf } from './method-of.js';

type Lacks = Layer['lacks'];

/** What a fake lacks: what it was told to lack, and what nobody answers in a port that is there. */
export const lacksOf = (answers: FakeAnswers, told: Lacks): Lacks => {
  const ports = new Set(namesIn({ ...answers, ...told }).map(portOf));
  const unanswered = operationNames.filter((name) => ports.has(portOf(name)) && answers[name] === undefined);
  return { ...Object.fromEntries(unanswered.map((name) => [name, 'This fake was given no answer for it.'])), ...told };
};

/** Whole ports for every operation that is answered or lacking. */
export const fakePorts = (
  names: readonly OperationName[],
  methodFor: (name: OperationName) => Method<unknown, unknown>,
): Partial<Ports> => {
  const ports: { [port: string]: { [method: string]: Method<unknown, unknown> } } = {};
  for (const name of names) (ports[portOf(name)] ??= {})[name.slice(name.indexOf('.') + 1)] = methodFor(name);
  if (!arePortsWhole(ports)) throw new TypeError('createFakeLayer: a port would be incomplete.');
  return ports;
};

/** The operations that occur in a record, in the order of the catalogue. */
export const namesIn = (record: { readonly [N in OperationName]?: unknown }): readonly OperationName[] =>
  operationNames.filter((name) => record[name] !== undefined);
