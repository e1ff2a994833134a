import type { Call, LayerResult } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { answerOf } from './answer-of.js';
import { errorOf, refusal, unreadable, type Explain, type Failure } from './failure.js';
import { networkFailureOf } from './network-failure.js';
import { membersOf, textOf } from './read-value.js';
import type { SupabaseClient, VendorReply } from './supabase-client.js';
import { effectOf, type Exchange, type Wire } from './wire.js';

/** One call of the client. */
export interface Ask<T> {
  readonly send: (client: SupabaseClient) => PromiseLike<VendorReply>;
  /** Reads the answer; undefined says that it is not what it should be. */
  readonly read: (data: unknown, exchange: Exchange) => T | undefined;
  readonly explain: Explain;
}

/** One attempt of an operation: any number of calls of the client, all under one signal. */
export interface Attempt {
  readonly exchange: Exchange;
  ask<T>(request: Ask<T>): Promise<Result<T, Failure>>;
  /** Runs work whose requests may be under way at the same time as others of this attempt, and may carry headers of their own. */
  beside<T>(work: Work<T>, headers?: Readonly<Record<string, string>>): Promise<Result<T, Failure>>;
  /** The same for what is asked while an answer of this attempt stands open and holds its connection. */
  aside<T>(work: Work<T>): Promise<Result<T, Failure>>;
}

/** What one attempt does. */
export type Work<T> = (attempt: Attempt) => Promise<Result<T, Failure>>;

/** The way from the ports to the client. */
export interface Door {
  /** Runs one attempt, or refuses with the fault, having sent nothing. It ends when the signal fires, even if the client does not; it never rejects. */
  during<T>(call: Call, work: Work<T>, fault?: string): LayerResult<T>;
  /** Ends what is under way; every later attempt fails as `unavailable`. */
  close(): void;
}

/** What a door is made of. */
export interface DoorOptions {
  readonly layer: string;
  readonly client: SupabaseClient;
  readonly wire: Wire;
  /** Milliseconds since 1970. */
  readonly nowMs: () => number;
  /** Whether the key says that it is no longer valid: the Storage API then calls a private bucket missing. */
  readonly keyExpired: () => boolean;
}

/** Makes the {@link Door}. */
export const createDoor = ({ layer, client, wire, nowMs, keyExpired }: DoorOptions): Door => {
  const underWay = new Set<AbortController>();
  let closed = false;

  const attemptOn = (exchange: Exchange): Attempt => ({
    exchange,
    async ask({ send, read, explain }) {
      if (exchange.signal.aborted) return err(over);
      exchange.handedOver = true;
      exchange.isInClient = true;
      const { data, error } = await send(client);
      if (error !== null && error !== undefined) {
        const failure = failureOf(exchange, error, explain, nowMs());
        return err(failure.kind === 'not-found' && keyExpired() ? expired(error) : failure);
      }
      const value = read(data, exchange);
      return value === undefined ? err(unreadable) : ok(value);
    },
    beside: (work, extraHeaders) =>
      run({ ...exchangeOf(exchange), ...(extraHeaders !== undefined && { extraHeaders }) }, work),
    aside: (work) => run({ ...exchangeOf(exchange), isAside: true }, work),
  });

  const run = async <T>(exchange: Exchange, work: Work<T>): Promise<Result<T, Failure>> => {
    try {
      return await wire.during(exchange, () => work(attemptOn(exchange)));
    } catch (cause) {
      return err(exchange.failure === undefined ? thrown(cause) : lostOf(exchange, cause));
    }
  };

  const stopped = (call: Call, exchange: Exchange): Failure =>
    call.signal.aborted ? ended(call, exchange) : shut(exchange);

  return {
    async during(call, work, fault) {
      if (closed) return err(errorOf(layer, shut()));
      if (call.signal.aborted) return err(errorOf(layer, ended(call)));
      if (fault !== undefined) return err(errorOf(layer, refusal(fault)));
      const stop = new AbortController();
      const exchange = exchangeOf({ ...call, signal: stop.signal });
      const forward = (): void => stop.abort(call.signal.reason);
      call.signal.addEventListener('abort', forward, { once: true });
      underWay.add(stop);
      const grace = graceAfter(stop.signal);
      const outcome = await Promise.race([run(exchange, work), grace.over]);
      grace.end();
      call.signal.removeEventListener('abort', forward);
      underWay.delete(stop);
      if (outcome === undefined) return err(errorOf(layer, stopped(call, exchange)));
      // An answer that raced with the signal is still an answer; a failure is only the signal's echo.
      return outcome.mapErr((failure) => errorOf(layer, stop.signal.aborted ? stopped(call, exchange) : failure));
    },
    close() {
      closed = true;
      for (const stop of underWay) stop.abort();
    },
  };
};

const exchangeOf = ({ signal, traceparent }: Pick<Exchange, 'signal' | 'traceparent'>): Exchange => ({
  ...{ signal, handedOver: false },
  ...(traceparent !== undefined && { traceparent }),
});

const lostOf = ({ failure, left }: Exchange, cause: unknown): Failure => ({
  ...networkFailureOf(failure, left === false),
  cause,
});

/** A client that obeys the signal ends at once; this long it may take to clear up what it left half done. */
const graceMs = 200;

const graceAfter = (signal: AbortSignal): { readonly over: Promise<undefined>; end(): void } => {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<undefined>((resolve) => {
    signal.addEventListener('abort', () => (timer = setTimeout(resolve, graceMs, undefined)), { once: true });
  });
  return { over, end: () => clearTimeout(timer) };
};

const failureOf = (exchange: Exchange, error: unknown, explain: Explain, nowMs: number): Failure => {
  if (exchange.failure !== undefined) return lostOf(exchange, error);
  const answer = answerOf(exchange, error, nowMs);
  if (answer.status !== undefined && answer.status >= 200 && answer.status < 300)
    return { ...unreadable, cause: error };
  if (!answer.status && answer.code === undefined && answer.bodyStatus === undefined) return withoutAnswer(error);
  return { ...explain(answer), cause: error };
};

/** Only a client with its own wire comes here: what it threw, or the code it wrote into its text, is all there is. */
const withoutAnswer = (error: unknown): Failure => {
  const members = membersOf(error);
  const original = members?.['originalError'];
  if (original instanceof SyntaxError) return { ...unreadable, cause: error };
  const code = /\(([A-Z][A-Z_]+)\)/.exec(textOf(members?.['details']) ?? '')?.[1];
  return { ...networkFailureOf(original ?? (code === undefined ? error : { code })), cause: error };
};

const thrown = (cause: unknown): Failure => ({
  kind: 'unexpected',
  effect: 'unknown',
  message: 'The client library threw instead of answering.',
  hint: 'The cause holds what it threw; this is a defect of the client or of this layer.',
  cause,
});

const expired = (cause: unknown): Failure => ({
  kind: 'unauthorized',
  effect: 'none',
  message: 'The API key has expired, so the project showed nothing.',
  hint: 'Give a key that has not expired, and check the clock of this machine.',
  cause,
});

/** The door says it in its own words: the signal fired before this was sent. */
const over: Failure = { kind: 'cancelled', effect: 'none', message: 'The call was over before this was sent.' };

const effectSoFar = (exchange: Exchange | undefined): Pick<Failure, 'effect'> => ({
  effect: exchange === undefined ? 'none' : effectOf(exchange),
});

const ended = ({ signal }: Call, exchange?: Exchange): Failure => {
  const isLate = membersOf(signal.reason)?.['name'] === 'TimeoutError';
  return {
    kind: isLate ? 'timed-out' : 'cancelled',
    ...effectSoFar(exchange),
    message: isLate ? 'The project did not answer before the deadline.' : 'The caller gave up.',
    hint: isLate ? 'Give it more time, or look at the load of the project.' : 'Call again when the result is wanted.',
  };
};

const shut = (exchange?: Exchange): Failure => ({
  kind: 'unavailable',
  ...effectSoFar(exchange),
  message: 'This layer is closed.',
  hint: 'Make a new layer.',
});
