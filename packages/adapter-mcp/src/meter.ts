import {
  type Call,
  closedError,
  type LayerError,
  layerError,
  type LayerResult,
  stoppedError,
} from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import type { Clock } from './clock.js';
import { pause } from './pause.js';
import { toolCosts, type Endpoint, type RateLimit } from './rate-limits.js';
import { createTokenBucket, type TokenBucket } from './token-bucket.js';
import type { ToolName } from './tool-table.js';

/** Keeps the platform's limits on our side, for all callers of a layer together. */
export interface Meter {
  /** Waits until the request may go, or refuses it at once when that is later than its deadline. */
  admit(tool: ToolName, call: Call): LayerResult<void>;
  /** The platform refused all the same, as others share its limit: nobody asks that endpoint for so long. */
  hold(tool: ToolName, forMs: number): void;
}

interface MeterOptions {
  readonly layer: string;
  readonly limits: Readonly<Record<Endpoint, RateLimit>>;
  readonly clock: Clock;
  /** Fires when the layer is closed. */
  readonly closed: AbortSignal;
}

/** Lets everything through: for servers that have no such limits. */
export const freeMeter: Meter = { admit: async () => ok(undefined), hold: () => undefined };

/** One bucket for each endpoint. Waiting is first come, first served. */
export const createMeter = ({ layer, limits, clock, closed }: MeterOptions): Meter => {
  const buckets = new Map<Endpoint, TokenBucket>();
  const bucketOf = (endpoint: Endpoint): TokenBucket => {
    const bucket = buckets.get(endpoint) ?? createTokenBucket(limits[endpoint]);
    buckets.set(endpoint, bucket);
    return bucket;
  };

  const wait = async (call: Call, waitMs: number): Promise<LayerError | undefined> => {
    call.note(`Waited ${Math.ceil(waitMs)} ms for the rate limit of the Management API.`);
    if (await pause(clock, waitMs, [call.signal, closed])) return undefined;
    return closed.aborted ? closedError(layer) : stoppedError(layer, call, 'none');
  };

  return {
    async admit(tool, call) {
      const cost = toolCosts[tool];
      if (cost === undefined) return ok(undefined);
      const bucket = bucketOf(cost.endpoint);
      const nowMs = clock.nowMs();
      const waitMs = bucket.waitMs(cost.requests, nowMs);
      if (waitMs > 0 && nowMs + waitMs >= call.deadlineMs) return err(tooSoon(layer, waitMs));
      bucket.take(cost.requests, nowMs);
      if (waitMs === 0) return ok(undefined);
      const stop = await wait(call, waitMs);
      if (stop === undefined) return ok(undefined);
      bucket.giveBack(cost.requests);
      return err(stop);
    },
    hold(tool, forMs) {
      const cost = toolCosts[tool];
      if (cost !== undefined) bucketOf(cost.endpoint).hold(forMs, clock.nowMs());
    },
  };
};

const tooSoon = (layer: string, waitMs: number): LayerError =>
  layerError({
    kind: 'rate-limited',
    layer,
    effect: 'none',
    code: 'metered',
    message:
      'The rate limit of the Management API would be exceeded before the deadline of the call; nothing was sent.',
    hint: 'Wait as long as `retryAfterMs` says, give the call more time, or raise `limits` where the platform allows more.',
    retryAfterMs: Math.ceil(waitMs),
    fault: 'management-api',
  });
