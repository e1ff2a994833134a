import type { Bucket, BucketsPort, Method, SqlPort } from '@hybrid-supabase/core';
import { createBucketsPort as createBucketsFromSql } from '@hybrid-supabase/sql';
import { err, ok } from 'neverthrow';
import { z } from 'zod';
import { unreadableReply, type ToolCaller } from './tool-caller.js';

const listed = z.object({ buckets: z.array(z.object({ id: z.string() })) });

interface BucketsPortOptions {
  readonly layer: string;
  readonly tools: ToolCaller;
  readonly sql: SqlPort;
  /** Answers what the bytes of objects would be needed for. */
  readonly refuse: Method<unknown, never>;
}

/**
 * Buckets: which there are is the tool's answer. It leaves out size limits and media types, so a list that is not
 * empty costs a second request, one SQL read. The server has no tool to make or change a bucket: that is SQL.
 */
export const createBucketsPort = ({ layer, tools, sql, refuse }: BucketsPortOptions): BucketsPort => {
  const bySql = createBucketsFromSql({ sql, layer });
  return {
    ...bySql,
    async list(input, call) {
      const reply = await tools.call('list_storage_buckets', {}, call);
      if (reply.isErr()) return err(reply.error);
      const known = listed.safeParse(reply.value);
      if (!known.success) return err(unreadableReply(layer, 'it is no list of buckets', known.error));
      const ids = new Set(known.data.buckets.map(({ id }) => id));
      if (ids.size === 0) return ok([]);
      const all = await bySql.list(input, call);
      return all.map((buckets): readonly Bucket[] => buckets.filter(({ id }) => ids.has(id)));
    },
    empty: refuse,
    delete: refuse,
  };
};
