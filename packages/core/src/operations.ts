import type { Method } from './call.js';
import type { PortName, Ports } from './ports/ports.js';

/** What a second run of the same operation would do: nothing to see, the same state again, or a second effect. */
export type EffectClass = 'read' | 'idempotent' | 'write';

/** `'buckets.list' | 'files.upload' | …`, read off the ports. */
export type OperationName = { [P in PortName]: `${P}.${keyof Ports[P] & string}` }[PortName];

/** The port method of an operation. */
export type MethodOf<N extends OperationName> = N extends `${infer P extends PortName}.${infer M}`
  ? M extends keyof Ports[P]
    ? Ports[P][M]
    : never
  : never;

type Signatures = {
  [N in OperationName]: MethodOf<N> extends Method<infer Input, infer Output>
    ? { input: Input; output: Output }
    : never;
};
/** What an operation takes. */
export type InputOf<N extends OperationName> = Signatures[N]['input'];
/** What an operation gives. */
export type OutputOf<N extends OperationName> = Signatures[N]['output'];

/** What the router knows of an operation. */
export interface Operation {
  readonly effect: EffectClass;
  /** Moves bytes: an idle timeout instead of a total one, and never run twice at once. */
  readonly streams?: true;
}

/** Every operation of every port, as plain data. A missing or an extra row does not compile. */
export const operations = {
  'sql.read': { effect: 'read' },
  'sql.write': { effect: 'write' },
  'sql.batch': { effect: 'write' },
  'sql.settle': { effect: 'idempotent' },
  'migrations.list': { effect: 'read' },
  'migrations.apply': { effect: 'write' },
  'buckets.list': { effect: 'read' },
  'buckets.get': { effect: 'read' },
  'buckets.create': { effect: 'write' },
  'buckets.update': { effect: 'idempotent' },
  'buckets.empty': { effect: 'idempotent' },
  'buckets.delete': { effect: 'write' },
  'policies.list': { effect: 'read' },
  'policies.create': { effect: 'write' },
  'policies.drop': { effect: 'write' },
  'files.upload': { effect: 'write', streams: true },
  'files.download': { effect: 'read', streams: true },
  'files.list': { effect: 'read' },
  'files.info': { effect: 'read' },
  'files.exists': { effect: 'read' },
  'files.move': { effect: 'write' },
  'files.copy': { effect: 'write' },
  'files.remove': { effect: 'idempotent' },
  'files.sign': { effect: 'read' },
  'files.signUpload': { effect: 'read' },
  'files.publicUrl': { effect: 'read' },
  'files.purge': { effect: 'idempotent' },
  'config.get': { effect: 'read' },
  'config.update': { effect: 'idempotent' },
  'branches.list': { effect: 'read' },
  'branches.get': { effect: 'read' },
  'branches.create': { effect: 'write' },
  'branches.merge': { effect: 'write' },
  'branches.reset': { effect: 'write' },
  'branches.rebase': { effect: 'write' },
  'branches.delete': { effect: 'write' },
  'project.url': { effect: 'read' },
  'project.keys': { effect: 'read' },
  'project.logs': { effect: 'read' },
  'project.advisors': { effect: 'read' },
  'project.types': { effect: 'read' },
  'project.tables': { effect: 'read' },
  'project.extensions': { effect: 'read' },
} as const satisfies { readonly [N in OperationName]: Operation };

/** `'read'`, `'idempotent'` or `'write'`, as a literal type. */
export type EffectOf<N extends OperationName> = (typeof operations)[N]['effect'];

type NamesThat<E extends EffectClass> = { [N in OperationName]: EffectOf<N> extends E ? N : never }[OperationName];
/** Operations that change nothing. */
export type ReadName = NamesThat<'read'>;
/** Operations whose second run would be a second effect. */
export type WriteName = NamesThat<'write'>;
/** Operations that may be run again without harm. */
export type RepeatableName = NamesThat<'read' | 'idempotent'>;

/** All names, in the order of the catalogue. */
export const operationNames = Object.keys(operations) as readonly OperationName[];
