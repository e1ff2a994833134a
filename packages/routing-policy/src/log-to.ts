import { errorKinds } from '@hybrid-supabase/core';
import type { BreakerState } from './breaker.js';
import type { Report, RoutingEvent } from './events.js';

/** What of a logger is used; pino's fits. */
export interface RoutingLogger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

type Level = keyof RoutingLogger;
type EventOf<T extends RoutingEvent['type']> = Extract<RoutingEvent, { readonly type: T }>;
interface Line {
  readonly level: Level;
  readonly message: string;
}

const breakerLevels: { readonly [S in BreakerState]: Level } = { open: 'warn', 'half-open': 'info', closed: 'info' };

const callLevel = ({ kind }: EventOf<'call-ended'>): Level => {
  if (kind === undefined) return 'debug';
  if (kind === 'ambiguous' || kind === 'unexpected') return 'error';
  return kind !== 'no-layer' && errorKinds[kind] !== 'shut-door' && errorKinds[kind] !== 'lost-reply' ? 'info' : 'warn';
};

const lines: { readonly [T in RoutingEvent['type']]: (event: EventOf<T>) => Line } = {
  'attempt-started': () => ({ level: 'debug', message: 'attempt started' }),
  'attempt-ended': ({ kind }) =>
    kind === undefined ? { level: 'debug', message: 'attempt served' } : { level: 'info', message: 'attempt failed' },
  'layer-skipped': () => ({ level: 'debug', message: 'layer skipped' }),
  'call-ended': (event) => ({ level: callLevel(event), message: event.kind ? 'call failed' : 'call served' }),
  'breaker-changed': ({ to }) => ({ level: breakerLevels[to], message: `breaker ${to}` }),
  'rollout-assigned': ({ arm }) => ({ level: 'debug', message: `rollout ${arm}` }),
  'shadow-compared': ({ likeness }) => ({
    level: likeness === 'different' ? 'warn' : 'debug',
    message: `shadow ${likeness}`,
  }),
  'rollout-changed': ({ to }) => ({ level: to === 'off' ? 'warn' : 'info', message: `rollout ${to}` }),
  'close-failed': () => ({ level: 'warn', message: 'layer did not close' }),
};

/** A report that writes one structured line an event: what served is `debug`, a call that may have been lost is `error`. */
export const logTo =
  (logger: RoutingLogger): Report =>
  (event) => {
    const { level, message } = lineOf(event);
    logger[level](event, message);
  };

function lineOf<T extends RoutingEvent['type']>(event: EventOf<T> & { readonly type: T }): Line {
  return lines[event.type](event);
}
