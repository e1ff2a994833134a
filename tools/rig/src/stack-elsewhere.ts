import { fork } from 'node:child_process';
import { once } from 'node:events';
import type { LocalStack } from '@hybrid-supabase/local-stack';

/** What a run needs of a local stack that runs in another process. */
export interface StackElsewhere extends Pick<
  LocalStack,
  'url' | 'managementUrl' | 'projectRef' | 'serviceRoleKey' | 'accessToken'
> {
  stop(): Promise<void>;
}

/** Starts a local stack in a process of its own, so that only the clients share one event loop. */
export const startStackElsewhere = async (): Promise<StackElsewhere> => {
  const child = fork(new URL('./stack-process.js', import.meta.url), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const ended = once(child, 'exit');
  const [told]: unknown[] = await Promise.race([
    once(child, 'message'),
    ended.then(() => Promise.reject(new Error('The local stack did not start.'))),
  ]);
  const stop = async (): Promise<void> => {
    if (child.connected) child.disconnect();
    await ended;
  };
  if (!isAddress(told)) {
    await stop();
    throw new Error('The local stack did not say where it is.');
  }
  return { ...told, stop };
};

const isAddress = (told: unknown): told is Omit<StackElsewhere, 'stop'> =>
  typeof told === 'object' &&
  told !== null &&
  ['url', 'managementUrl', 'projectRef', 'serviceRoleKey', 'accessToken'].every((name) => name in told);
