import {
  raisesAuthority,
  supports,
  type Authority,
  type EffectClass,
  type Fate,
  type Layer,
  type OperationName,
  type SkipReason,
} from '@hybrid-supabase/core';

/** Why a layer is not asked. */
export interface Refusal {
  readonly reason: SkipReason;
  /** One sentence for a person. */
  readonly why: string;
}

/** What is known before any call is made. */
export interface Standing {
  readonly name: OperationName;
  readonly effectClass: EffectClass;
  /** The authority of the first capable layer in order: what a caller of this operation counts on. */
  readonly baseline: Authority | undefined;
  readonly allowRaisedAuthority: boolean;
  readonly disabledLayers: readonly string[];
}

/** Why a layer can never be asked for an operation under this policy; nothing when it may. */
export function refusedForGood(layer: Layer, standing: Standing): Refusal | undefined {
  const { name, effectClass, disabledLayers } = standing;
  if (!supports(layer, name)) return { reason: 'capability', why: layer.lacks[name] ?? 'It has no such port.' };
  if (disabledLayers.includes(layer.name)) return { reason: 'disabled', why: 'The policy has switched it off.' };
  if (layer.authority.readOnly && effectClass !== 'read') {
    return { reason: 'authority', why: 'It is read-only and the operation changes something.' };
  }
  return raised(layer.authority, standing);
}

function raised(own: Authority, { baseline, allowRaisedAuthority }: Standing): Refusal | undefined {
  if (baseline === undefined || allowRaisedAuthority || !raisesAuthority(baseline, own)) return undefined;
  const rights = ({ role, readOnly }: Authority) => (readOnly ? `${role}, read-only` : role);
  const why = `It works as ${rights(own)}, which is more than the first choice has (${rights(baseline)}).`;
  return { reason: 'authority', why: `${why} Set allowRaisedAuthority to permit it.` };
}

/** A part that an earlier attempt of the same call found to be at fault. */
export interface Fault {
  readonly part: Fate;
  /** Who said so. It may itself be asked again. */
  readonly layer: string;
}

/** What is known in the middle of a call. */
export interface Situation {
  readonly nowMs: number;
  readonly endsAtMs: number;
  readonly attempts: number;
  readonly maxAttempts: number;
  readonly faults: readonly Fault[] | undefined;
}

/** Why a layer is not asked at this moment, its breaker left aside; nothing when it may. */
export function refusedNow(layer: Layer, situation: Situation): Refusal | undefined {
  const { nowMs, endsAtMs, attempts, maxAttempts, faults } = situation;
  // A fault without a named part is the failing layer's own edge, and rules out nobody else.
  const shared = faults?.find(({ part, layer: witness }) => witness !== layer.name && layer.sharedFate.includes(part));
  if (shared)
    return { reason: 'shared-fate', why: `It stands on ${shared.part} too, which ${shared.layer} found at fault.` };
  if (attempts >= maxAttempts) return { reason: 'budget', why: `All ${maxAttempts} attempts of the call are used up.` };
  return nowMs >= endsAtMs ? { reason: 'deadline', why: 'No time is left.' } : undefined;
}

/** A layer whose breaker is open while another one can serve. */
export const refusedByBreaker: Refusal = {
  reason: 'breaker',
  why: 'It failed too often of late and is left alone for a while.',
};

/** A layer that somebody has isolated. */
export const refusedByHand: Refusal = {
  reason: 'disabled',
  why: 'It was taken out of use by isolate() and has not been released.',
};
