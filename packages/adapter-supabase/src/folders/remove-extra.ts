import { keyFault } from '../object-key.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import type { FolderOutcome } from './folder-report.js';
import { remoteFilesOf } from './remote-files.js';

const batch = 500;

/** Removes objects; what the service is silent about is looked for in one more list. */
export const removeExtra = async (
  options: FolderOptions,
  extra: readonly string[],
): Promise<readonly FolderOutcome[]> => {
  const { files, bucket, signal, dryRun } = options;
  const start = prefixOf(options).length;
  const outcomes: FolderOutcome[] = [];
  const silent: string[] = [];
  const say = (key: string, more: Omit<FolderOutcome, 'file' | 'key'>): void =>
    void outcomes.push({ file: key.slice(start), key, ...more });
  const removable: string[] = [];
  for (const key of extra) {
    const why = keyFault(key);
    if (why === undefined) removable.push(key);
    else say(key, { did: 'failed', why });
  }
  if (dryRun) for (const key of removable) say(key, { did: 'would-remove' });
  for (let from = 0; !dryRun && from < removable.length; from += batch) {
    const paths = removable.slice(from, from + batch);
    const done = await files.remove({ bucket, paths }, { ...(signal && { signal }) });
    if (done.isErr()) for (const key of paths) say(key, { did: 'failed', why: done.error.message, error: done.error });
    else {
      for (const key of done.value.data.removed) say(key, { did: 'removed' });
      silent.push(...done.value.data.missing);
    }
  }
  if (silent.length === 0) return outcomes;
  const left = await remoteFilesOf(options, prefixOf(options));
  for (const key of silent) {
    if (left.isErr()) say(key, { did: 'failed', why: 'It may be there still: the list failed.', error: left.error });
    else if (left.value.has(key)) say(key, { did: 'failed', why: 'It is there still: the rights may not suffice.' });
    else say(key, { did: 'removed' });
  }
  return outcomes;
};
