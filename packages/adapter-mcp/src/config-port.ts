import {
  layerError,
  type Call,
  type ConfigPort,
  type LayerError,
  type LayerResult,
  type StorageConfig,
} from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { z } from 'zod';
import { beforeWriting } from './before-writing.js';
import { unreadableReply, type ToolCaller } from './tool-caller.js';

const featureSwitch = z.object({ enabled: z.boolean() });
const listed = z.object({
  fileSizeLimit: z.number(),
  features: z.object({ imageTransformation: featureSwitch, s3Protocol: featureSwitch }),
});
const updated = z.object({ success: z.literal(true) });

interface ConfigPortOptions {
  readonly layer: string;
  readonly tools: ToolCaller;
}

/**
 * Storage configuration. The tool takes all settings or none, so a change of some costs a read first, and a
 * change that somebody else makes between the two is undone. A change of all settings has no such gap.
 */
export const createConfigPort = ({ layer, tools }: ConfigPortOptions): ConfigPort => {
  const read = async (call: Call): LayerResult<StorageConfig> => {
    const reply = await tools.call('get_storage_config', {}, call);
    if (reply.isErr()) return err(reply.error);
    const known = listed.safeParse(reply.value);
    if (!known.success) return err(unreadableReply(layer, 'it is no storage configuration', known.error));
    const { fileSizeLimit, features } = known.data;
    return ok({
      fileSizeLimit,
      imageTransformation: features.imageTransformation.enabled,
      s3Protocol: features.s3Protocol.enabled,
    });
  };

  const write = async (config: StorageConfig, call: Call): LayerResult<StorageConfig> => {
    const reply = await tools.call('update_storage_config', { config: argumentOf(config) }, call);
    if (reply.isErr()) return err(reply.error);
    const done = updated.safeParse(reply.value);
    return done.success
      ? ok(config)
      : err(unreadableReply(layer, 'it does not say that the configuration was changed', reply.value));
  };

  return {
    get: (_input, call) => read(call),
    async update({ fileSizeLimit, imageTransformation, s3Protocol }, call) {
      if (fileSizeLimit !== undefined && !isByteCount(fileSizeLimit)) return err(wrongLimit(layer));
      if (fileSizeLimit !== undefined && imageTransformation !== undefined && s3Protocol !== undefined)
        return write({ fileSizeLimit, imageTransformation, s3Protocol }, call);
      const before = await read(call);
      if (before.isErr()) return err(beforeWriting(before.error));
      const { value } = before;
      return write(
        {
          fileSizeLimit: fileSizeLimit ?? value.fileSizeLimit,
          imageTransformation: imageTransformation ?? value.imageTransformation,
          s3Protocol: s3Protocol ?? value.s3Protocol,
        },
        call,
      );
    },
  };
};

const argumentOf = ({ fileSizeLimit, imageTransformation, s3Protocol }: StorageConfig): object => ({
  fileSizeLimit,
  features: { imageTransformation: { enabled: imageTransformation }, s3Protocol: { enabled: s3Protocol } },
});

const isByteCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

const wrongLimit = (layer: string): LayerError =>
  layerError({
    kind: 'invalid-request',
    layer,
    effect: 'none',
    message: 'The largest size of a file must be a whole number of bytes; nothing was sent.',
    hint: 'Give `fileSizeLimit` as a whole number, zero or more.',
  });
