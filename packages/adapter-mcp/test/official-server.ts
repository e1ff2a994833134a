import assert from 'node:assert/strict';
import { createTestCall, startFaultyProxy, type FaultyProxy } from '@hybrid-supabase/contract-tests';
import type { Layer } from '@hybrid-supabase/core';
import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { installSql } from '@hybrid-supabase/sql';
import { createMcpLayer, stdio, type McpLayerOptions, type McpPorts, type StdioOptions } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startFakePlatform } from './fake-platform.js';

/** A layer over the official server as a child, which reaches the stack through a proxy that can be broken. */
export interface OfficialServer {
  readonly layer: Layer<McpPorts>;
  readonly proxy: FaultyProxy;
  /** Every child that was started, in order. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

/** Starts a stack with the schema `hybrid` and a table `notes` without any constraint. */
export const startStack = async (): Promise<LocalStack> => {
  const stack = (await startLocalStack()).match(
    (value) => value,
    (error) => assert.fail(error.message),
  );
  const server = await openOfficialServer(stack);
  const { migrations } = server.layer.ports;
  answerOf(await migrations.apply({ name: 'hybrid', query: installSql }, createTestCall()));
  answerOf(await migrations.apply({ name: 'notes', query: 'create table notes (body text)' }, createTestCall()));
  await server.close();
  return stack;
};

/** What a test may want otherwise. */
export interface OpenOptions {
  readonly readOnly?: boolean;
  readonly server?: Partial<StdioOptions>;
  readonly layer?: Partial<McpLayerOptions>;
}

/** Starts no child before the layer's first call. Branches, logs, advice and types are a fake platform's, all else is the stack's. */
export const openOfficialServer = async (stack: LocalStack, options: OpenOptions = {}): Promise<OfficialServer> => {
  const { readOnly = false } = options;
  const { accessToken, projectRef } = stack;
  const platform = await startFakePlatform({ behind: stack.managementUrl, projectRef });
  const proxy = await startFaultyProxy({ target: platform.url });
  const pids: number[] = [];
  const onChildStarted = (pid: number): void => void pids.push(pid);
  const connect = stdio({ accessToken, projectRef, apiUrl: proxy.url, readOnly, onChildStarted, ...options.server });
  const layer = createMcpLayer({
    connect,
    projectRef,
    readOnly,
    projectUrl: stack.url,
    branchPollMs: 1,
    ...options.layer,
  });
  return {
    layer,
    proxy,
    pids,
    close: async () => {
      await layer.close();
      await proxy.close();
      await platform.close();
    },
  };
};
