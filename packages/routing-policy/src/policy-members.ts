import { rolloutStages } from './rollout.js';
import {
  count,
  countOrNone,
  shareOrNone,
  flag,
  milliseconds,
  millisecondsOrNone,
  name,
  names,
  oneOf,
  share,
  type Members,
  type Shape,
} from './expectation.js';

const breaker: Shape = {
  members: {
    failureRatio: share,
    minimumCalls: count,
    slowCallMs: milliseconds,
    slowRatio: share,
    windowMs: milliseconds,
    pauseMs: milliseconds,
    maxPauseMs: milliseconds,
    probes: count,
  },
};

/** What may be said of every operation. */
export const ofOperation: Members = {
  order: names,
  timeoutMs: milliseconds,
  attemptTimeoutMs: milliseconds,
  idleTimeoutMs: milliseconds,
  settleTimeoutMs: milliseconds,
  maxAttempts: count,
  allowRaisedAuthority: flag,
  disabledLayers: names,
  rollout: {
    members: {
      order: names,
      stage: oneOf(rolloutStages),
      canaryShare: share,
      liveShare: share,
      dwellMs: milliseconds,
      minimumSample: count,
      threshold: share,
      flag: name,
    },
    needed: ['order'],
  },
};

/** What may be said of reads that do not stream. */
export const ofReads: Members = {
  cache: { members: { ttlMs: milliseconds, staleIfErrorMs: millisecondsOrNone }, needed: ['ttlMs'], mayBeOff: true },
  shadow: {
    members: { layer: name, share, maxInFlight: count, ignore: names },
    needed: ['layer'],
    mayBeOff: true,
  },
  hedge: { members: { quantile: share, minimumSamples: count, minimumDelayMs: milliseconds }, mayBeOff: true },
};

/** What may be said under `*` alone, and why only there. */
export const ofDoor: Members = {
  breaker,
  budget: { members: { ratio: shareOrNone, floor: countOrNone } },
  bulkheads: { each: { members: { maxInFlight: count, maxQueued: countOrNone } } },
  cacheEntries: count,
};
