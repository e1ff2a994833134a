import { createClient as createNewest } from '@supabase/supabase-js';
import { createClient as createOldest } from 'supabase-js-2-109';
import type { CreateSupabaseClient } from '../src/index.js';

/** Both ends of the range of clients this layer works with. */
export const clientVersions: readonly (readonly [version: string, create: CreateSupabaseClient])[] = [
  ['2.109.0', (url, key, settings) => createOldest(url, key, settings)],
  ['2.119.1', (url, key, settings) => createNewest(url, key, settings)],
];
