import type { BackendFault } from '@hybrid-supabase/contract-tests';
import type { PostgresClient, PostgresPool } from '../src/index.js';

/** A pool at the vendor's edge: no server, answers by text, and every way to fail. */
export interface FakePool extends PostgresPool {
  /** Texts that were sent, in order. */
  readonly texts: readonly string[];
  /** How each connection came back: `kept` or `destroyed`. */
  readonly released: readonly ('kept' | 'destroyed')[];
  /** Connections that are out at this moment. */
  inUse(): number;
  break(fault: BackendFault): void;
  heal(): void;
}

/** What a text is answered with; the driver gives a list of results for several statements. */
export type FakeAnswers = (text: string) => unknown;

const refused = (): Error => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

export const createFakePool = (answers: FakeAnswers): FakePool => {
  const texts: string[] = [];
  const released: ('kept' | 'destroyed')[] = [];
  let inUse = 0;
  let fault: BackendFault | undefined;

  const replies: { readonly [F in Exclude<BackendFault, 'refuses'>]: (text: string) => Promise<unknown> } = {
    throws: () => {
      throw new Error('The driver is broken.');
    },
    hangs: () => new Promise(() => undefined),
    garbles: async () => '<html>',
    dies: async (text) => {
      answers(text);
      throw new Error('Connection terminated unexpectedly');
    },
  };

  const client: PostgresClient = {
    query(text) {
      texts.push(text);
      return fault === undefined || fault === 'refuses' ? Promise.resolve(answers(text)) : replies[fault](text);
    },
    release(destroy = false) {
      inUse -= 1;
      released.push(destroy ? 'destroyed' : 'kept');
    },
    on: () => undefined,
    removeListener: () => undefined,
  };

  return {
    texts,
    released,
    inUse: () => inUse,
    break: (next) => void (fault = next),
    heal: () => void (fault = undefined),
    connect() {
      if (fault === 'refuses') return Promise.reject(refused());
      inUse += 1;
      return Promise.resolve(client);
    },
  };
};
