import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../local-stack-error.js';
import { branchRecord, type BranchRecord } from './branch-record.js';

/** The file of a branch's record, in its folder. */
export const recordFile = 'branch.json';

/** Every branch of a folder of branches, the default one and then the oldest first. A folder without a readable record is none of ours. */
export async function keptRecords(folder: string): Promise<readonly BranchRecord[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  });
  const records = await Promise.all(names.map((name) => keptRecord(join(folder, name, recordFile))));
  return records
    .flat()
    .sort(
      (one, other) => Number(other.isDefault) - Number(one.isDefault) || one.createdAt.localeCompare(other.createdAt),
    );
}

async function keptRecord(path: string): Promise<readonly BranchRecord[]> {
  try {
    const read = branchRecord.safeParse(JSON.parse(await readFile(path, 'utf8')));
    return read.success ? [read.data] : [];
  } catch {
    return [];
  }
}
