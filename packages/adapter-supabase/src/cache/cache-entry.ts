import { createHash } from 'node:crypto';
import type { Verification } from '@hybrid-supabase/core';
import { jsonOf, membersOf, numberOf, textOf } from '../read-value.js';

/** What is known of a copy: which version of the object it is, and what its bytes must hash to. */
export interface CacheEntry {
  readonly etag: string;
  readonly sizeBytes: number;
  readonly contentType: string;
  /** Lower-case hex, and the name of the file that holds the bytes. */
  readonly sha256: string;
  /** How the bytes were proven when they came. */
  readonly verified: Verification;
}

/** An entry as a text that can be told from a damaged one, and from that of another name. */
export const textOfEntry = (name: string, entry: CacheEntry): string => {
  const text = JSON.stringify(entry);
  return `${text}\n${sealOf(name, text)}\n`;
};

/** Reads an entry back; undefined for anything that is none of this name, half a file too. */
export const cacheEntryOf = (name: string, text: string): CacheEntry | undefined => {
  const [line = '', seal] = text.split('\n');
  if (seal !== sealOf(name, line)) return undefined;
  const members = membersOf(jsonOf(line));
  const [etag, contentType] = [textOf(members?.['etag']), textOf(members?.['contentType'])];
  const [sizeBytes, sha256] = [numberOf(members?.['sizeBytes']), textOf(members?.['sha256'])];
  if (etag === undefined || contentType === undefined || sizeBytes === undefined) return undefined;
  if (sha256 === undefined || !/^[0-9a-f]{64}$/.test(sha256)) return undefined;
  return { etag, sizeBytes, contentType, sha256, verified: members?.['verified'] === 'checksum' ? 'checksum' : 'size' };
};

const sealOf = (name: string, text: string): string => createHash('sha256').update(`${name}\n${text}`).digest('hex');
