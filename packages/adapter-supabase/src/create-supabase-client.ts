import { createClient } from '@supabase/supabase-js';
import type { CreateSupabaseClient } from './supabase-client.js';

/** Makes a real client; the only place that knows the vendor's package. */
export const createSupabaseClient: CreateSupabaseClient = (url, key, settings) => createClient(url, key, settings);
