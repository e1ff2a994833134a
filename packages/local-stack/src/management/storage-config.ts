import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import { keepText } from '../directory/keep-text.js';
import { codeOf } from '../local-stack-error.js';

interface Switch {
  readonly enabled: boolean;
}

/** What a project's owner may set of Storage. Image transformation and S3 are remembered, not served. */
export interface StorageConfig {
  readonly fileSizeLimit: number;
  readonly features: { readonly imageTransformation: Switch; readonly s3Protocol: Switch };
}

/** The storage configuration of one data directory. */
export interface StorageConfigStore {
  current(): StorageConfig;
  /** Changes the fields that are given, and keeps the change on disk before it answers. The error says which field is wrong. */
  update(change: unknown): Promise<Result<StorageConfig, string>>;
}

const initial: StorageConfig = {
  fileSizeLimit: 50 * 1024 * 1024,
  features: { imageTransformation: { enabled: false }, s3Protocol: { enabled: false } },
};
const largestLimitBytes = 500 * 1024 ** 3;

/** Reads the configuration of a directory. Rejects for file errors only. */
export async function openStorageConfig(home: string): Promise<StorageConfigStore> {
  const path = join(home, 'storage-config.json');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  let config = text === undefined ? initial : merge(initial, JSON.parse(text)).unwrapOr(initial);
  let turn: Promise<unknown> = Promise.resolve();
  const update = async (change: unknown): Promise<Result<StorageConfig, string>> => {
    const next = merge(config, change);
    if (next.isErr()) return next;
    await keepText(path, `${JSON.stringify(next.value, null, 2)}\n`);
    config = next.value;
    return next;
  };
  return {
    current: () => config,
    update: (change) => {
      const done = turn.then(() => update(change));
      turn = done.catch(() => undefined);
      return done;
    },
  };
}

function merge(config: StorageConfig, change: unknown): Result<StorageConfig, string> {
  if (!isRecord(change)) return err('The body must be a JSON object.');
  const { fileSizeLimit = config.fileSizeLimit, features = {} } = change;
  if (
    typeof fileSizeLimit !== 'number' ||
    !Number.isInteger(fileSizeLimit) ||
    fileSizeLimit < 0 ||
    fileSizeLimit > largestLimitBytes
  )
    return err('fileSizeLimit must be a whole number of bytes, at most 500 GB.');
  if (!isRecord(features)) return err('features must be an object.');
  const { imageTransformation = config.features.imageTransformation, s3Protocol = config.features.s3Protocol } =
    features;
  if (!isSwitch(imageTransformation) || !isSwitch(s3Protocol))
    return err('Every feature must be an object with enabled: true or false.');
  return ok({
    fileSizeLimit,
    features: {
      imageTransformation: { enabled: imageTransformation.enabled },
      s3Protocol: { enabled: s3Protocol.enabled },
    },
  });
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isSwitch = (value: unknown): value is Switch => isRecord(value) && typeof value['enabled'] === 'boolean';
