import type { LayerError, OperationName } from '@hybrid-supabase/core';
import type { BackendFault } from './layer-harness.js';

/** An error that a fake is told to give; it puts its own name in. */
export type FakeFailure = Omit<LayerError, 'layer'>;

/** Where a fault of a fake holds; without limits, for everything until `heal()`. */
export interface FakeFaultLimits {
  /** @default every operation, and the probe */
  readonly operation?: OperationName;
  /** Holds for the next so many attempts only. @default every one */
  readonly times?: number;
}

/** What becomes of an attempt that meets a fault. */
export interface FakeFault {
  /** Whether it is received. */
  readonly arrives: boolean;
  /** Whether its effect takes place. */
  readonly works: boolean;
  /** How it ends; without it, never. */
  readonly ends?: FakeFailure;
}

/** What each fault of a backend means for a fake. */
export const fakeFaults: Readonly<Record<BackendFault, FakeFault>> = {
  refuses: {
    arrives: false,
    works: false,
    ends: {
      kind: 'unavailable',
      effect: 'none',
      message: 'The backend refused the connection.',
      hint: 'Heal the fake, or ask another layer.',
      cause: Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }),
    },
  },
  hangs: { arrives: true, works: false },
  garbles: {
    arrives: true,
    works: true,
    ends: { kind: 'invalid-reply', effect: 'unknown', message: 'The answer of the backend could not be read.' },
  },
  dies: {
    arrives: true,
    works: true,
    ends: { kind: 'interrupted', effect: 'unknown', message: 'The connection was lost before the answer came.' },
  },
  throws: {
    arrives: false,
    works: false,
    ends: { kind: 'unexpected', effect: 'none', message: 'The client failed before it sent anything.' },
  },
};
