import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { signJwt } from '../jwt.js';
import { codeOf } from '../local-stack-error.js';
import { keepText } from './keep-text.js';

/** The secrets of one data directory, made once and kept in a file that only its owner may read. */
export interface Keys {
  readonly projectRef: string;
  readonly jwtSecret: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  readonly accessToken: string;
  readonly databasePassword: string;
}

const names = ['projectRef', 'jwtSecret', 'anonKey', 'serviceRoleKey', 'accessToken', 'databasePassword'] as const;
const tenYearsSeconds = 10 * 365 * 24 * 3600;

/** Reads the keys of a directory, or makes them. Rejects for file errors only. */
export async function openKeys(home: string, nowMs = Date.now()): Promise<Keys> {
  const path = join(home, 'keys.json');
  const found = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  const kept = found === undefined ? undefined : keysOf(found);
  return kept ?? (await keep(path, newKeys(nowMs)));
}

async function keep(path: string, keys: Keys): Promise<Keys> {
  await keepText(path, `${JSON.stringify(keys, null, 2)}\n`);
  return keys;
}

/** Keys that nobody had before; the two API keys are JWTs of ten years. */
export function newKeys(nowMs: number): Keys {
  const projectRef = letters(20);
  const jwtSecret = randomBytes(32).toString('hex');
  const iat = Math.floor(nowMs / 1000);
  const keyOf = (role: string): string =>
    signJwt({ iss: 'supabase', ref: projectRef, role, iat, exp: iat + tenYearsSeconds }, jwtSecret);
  return {
    projectRef,
    jwtSecret,
    anonKey: keyOf('anon'),
    serviceRoleKey: keyOf('service_role'),
    accessToken: `sbp_${randomBytes(20).toString('hex')}`,
    databasePassword: randomBytes(24).toString('hex'),
  };
}

/** A project reference has twenty small letters. */
const letters = (count: number): string =>
  [...randomBytes(count)].map((byte) => String.fromCharCode(97 + (byte % 26))).join('');

function keysOf(text: string): Keys | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isKeys(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isKeys = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && names.every((name) => typeof Reflect.get(value, name) === 'string');
