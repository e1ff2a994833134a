import { createHash } from 'node:crypto';
import { layerError, type Call, type LayerError, type LayerResult } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { z } from 'zod';
import { beforeWriting } from './before-writing.js';
import { unreadableReply, type ToolCaller } from './tool-caller.js';
import type { ToolName } from './tool-table.js';

/** What a branch costs for as long as it exists. */
export interface BranchCost {
  readonly type: 'branch';
  readonly recurrence: 'hourly' | 'monthly';
  /** US dollars. */
  readonly amount: number;
}

/** Asked before a branch is made without `confirmCost: true`; only `true` is consent. */
export type ConfirmBranchCost = (cost: BranchCost) => boolean | Promise<boolean>;

/** The price of version 0.13, for sessions that cannot be asked: those confined to one project. */
export const knownBranchCost: BranchCost = { type: 'branch', recurrence: 'hourly', amount: 0.01344 };

/** The server's own sign of consent: a digest of the cost, keys sorted; it holds no secret. */
export const confirmationIdOf = ({ amount, recurrence, type }: BranchCost): string =>
  createHash('sha256').update(JSON.stringify({ amount, recurrence, type })).digest('base64');

interface ConsentOptions {
  readonly layer: string;
  readonly tools: ToolCaller;
  readonly confirmBranchCost: ConfirmBranchCost | undefined;
}

/** Gives the id that `create_branch` asks for, once the caller has consented to the cost. */
export type Consent = (confirmCost: boolean, call: Call) => LayerResult<string>;

const pricing: readonly ToolName[] = ['get_project', 'get_cost', 'confirm_cost'];
const project = z.object({ organization_id: z.string() });
const cost = z.object({ type: z.literal('branch'), recurrence: z.enum(['hourly', 'monthly']), amount: z.number() });
const confirmation = z.object({ confirmation_id: z.string() });

/** A session with the account tools is asked for the price; any other gets the known one. */
export const createConsent = ({ layer, tools, confirmBranchCost }: ConsentOptions): Consent => {
  const ask = async <T>(schema: z.ZodType<T>, tool: ToolName, args: object, call: Call): LayerResult<T> => {
    const reply = await tools.call(tool, { ...args }, call);
    if (reply.isErr()) return err(beforeWriting(reply.error));
    const known = schema.safeParse(reply.value);
    return known.success ? ok(known.data) : err(beforeWriting(unreadableReply(layer, 'it is no cost', known.error)));
  };

  const isPriced = async (call: Call): LayerResult<boolean> => {
    for (const tool of pricing) {
      const offered = await tools.offers(tool, call);
      if (offered.isErr() || !offered.value) return offered;
    }
    return ok(true);
  };

  const priceNow = async (projectRef: string, call: Call): LayerResult<BranchCost> => {
    const owner = await ask(project, 'get_project', { id: projectRef }, call);
    if (owner.isErr()) return err(owner.error);
    return ask(cost, 'get_cost', { type: 'branch', organization_id: owner.value.organization_id }, call);
  };

  const agree = async (confirmCost: boolean, price: BranchCost): LayerResult<void> => {
    if (confirmCost) return ok(undefined);
    try {
      return (await confirmBranchCost?.(price)) === true ? ok(undefined) : err(noConsent(layer, undefined));
    } catch (cause) {
      return err(noConsent(layer, cause));
    }
  };

  return async (confirmCost, call) => {
    if (!confirmCost && confirmBranchCost === undefined) return err(noConsent(layer, undefined));
    const priced = await isPriced(call);
    if (priced.isErr()) return err(priced.error);
    const price = priced.value ? await priceNow(tools.projectRef, call) : ok(knownBranchCost);
    if (price.isErr()) return err(price.error);
    const agreed = await agree(confirmCost, price.value);
    if (agreed.isErr()) return err(agreed.error);
    if (!priced.value) return ok(confirmationIdOf(price.value));
    const confirmed = await ask(confirmation, 'confirm_cost', price.value, call);
    return confirmed.map(({ confirmation_id }) => confirmation_id);
  };
};

const noConsent = (layer: string, cause: unknown): LayerError =>
  layerError({
    kind: 'invalid-request',
    layer,
    effect: 'none',
    code: 'cost-not-confirmed',
    message: 'A branch costs money for as long as it exists, and nobody agreed to that; nothing was made.',
    hint: 'Give `confirmCost: true`, or a `confirmBranchCost` that says true.',
    cause,
  });
