import type { BackendFault } from './layer-harness.js';

/** Where a rule holds; without limits, for every request until `heal()`. */
export interface FaultLimits {
  /** Tested against the path without its query. @default every path */
  readonly path?: RegExp;
  /** `POST`, in any case. @default every method */
  readonly method?: string;
  /** Holds for the next so many matching requests only. @default every one */
  readonly times?: number;
}

/** What goes wrong on the wire; `refuses` is a fault of the whole listener and therefore no rule. */
export type Fault =
  /** Takes the request and never answers. */
  | { readonly fault: 'hangs' }
  /** 200 and `application/json`, with bytes that are no JSON and no UTF-8. */
  | { readonly fault: 'garbles' }
  /** Forwards the request, waits for the whole answer so that the effect has happened, then cuts the connection. */
  | { readonly fault: 'dies' }
  /** Reads the request, forwards nothing, cuts the connection. */
  | { readonly fault: 'diesBefore' }
  /** Forwards the request that much later. */
  | { readonly fault: 'delay'; readonly delayMs: number }
  /** Answers by itself; nothing is forwarded. */
  | {
      readonly fault: 'status';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: string;
    };

/** One fault and where it holds. */
export type FaultRule = Fault & FaultLimits;

/** What can be named in one word: for every request until `heal()`. */
export type NamedFault = BackendFault | 'diesBefore';
