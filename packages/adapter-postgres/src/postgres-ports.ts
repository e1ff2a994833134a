import type { Ports } from '@hybrid-supabase/core';

/** The ports of layer "postgres". Buckets and files are left to layers that own the bytes. */
export type PostgresPorts = Pick<Ports, 'sql' | 'migrations' | 'policies'>;
