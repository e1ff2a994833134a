import type {
  BucketSettings,
  FileInfo,
  HybridError,
  InputOf,
  ObjectKey,
  Question,
  StoredFile,
  WriteName,
} from '@hybrid-supabase/core';
import type { NoQuestion } from './house.js';

/** For every write, how it asks whether it happened, or why nobody can. */
export type PortQuestions = { readonly [W in WriteName]: Question<W> | NoQuestion };

const cannotTell = (why: string) => ({ verdict: 'cannot-tell', why }) as const;
const refusesTwin = (why: string) => ({ verdict: 'refuses-twin', why }) as const;
const done = { verdict: 'happened', value: undefined } as const;
const nobodyKnows = ({ kind }: HybridError) => cannotTell(`Nobody could be asked (${kind}).`);
const bySql: NoQuestion = {
  why: 'Its question comes with the SQL package: give its sqlSemantics to createHybrid as semantics.',
};

/**
 * Built from the ports alone. `happened` means that the state is what the call would have made it, by this call
 * or by another one that asked for the very same.
 */
export const portQuestions: PortQuestions = {
  'sql.write': bySql,
  'sql.batch': bySql,
  'migrations.apply': bySql,
  'buckets.create': async ({ id, ...wanted }, { ask }) => {
    const found = await ask('buckets.get', { id });
    if (found.isOk()) {
      const bucket = found.value.data;
      return hasSettings(bucket, wanted)
        ? { verdict: 'happened', value: bucket }
        : cannotTell('A bucket with this id and other settings is there.');
    }
    return found.error.kind === 'not-found'
      ? refusesTwin('The bucket is not there, and its id can be taken only once.')
      : nobodyKnows(found.error);
  },
  'buckets.delete': async ({ id }, { ask }) => {
    const found = await ask('buckets.get', { id });
    if (found.isOk()) return refusesTwin('The bucket is still there, and deleting it again cannot do more.');
    return found.error.kind === 'not-found' ? done : nobodyKnows(found.error);
  },
  'policies.create': async (wanted, { ask }) => {
    const found = await ask('policies.list', { bucket: wanted.bucket });
    if (found.isErr()) return nobodyKnows(found.error);
    const twin = found.value.data.find(({ name }) => name === wanted.name);
    if (twin === undefined) return refusesTwin('The policy is not there, and its name can be taken only once.');
    const isComparable = wanted.using === undefined && wanted.withCheck === undefined;
    const isSame = twin.command === wanted.command && sameNames(twin.roles, wanted.roles ?? ['authenticated']);
    // The database keeps expressions in its own words.
    return isComparable && isSame
      ? { verdict: 'happened', value: twin }
      : cannotTell('A policy of this name is there, and whether it is the same cannot be compared.');
  },
  'policies.drop': async ({ name }, { ask }) => {
    const found = await ask('policies.list', {});
    if (found.isErr()) return nobodyKnows(found.error);
    const isThere = found.value.data.some((policy) => policy.name === name);
    return isThere ? refusesTwin('The policy is still there, and dropping it again cannot do more.') : done;
  },
  'files.upload': async (wanted, { ask }) => {
    const found = await ask('files.info', keyOf(wanted));
    const file = found.isOk() ? found.value.data : undefined;
    if (file !== undefined && hasBytes(file, wanted)) return { verdict: 'happened', value: storedAs(file, wanted) };
    if (wanted.upsert === true) return refusesTwin('Sending the same bytes again gives the same object.');
    if (found.isErr() && found.error.kind !== 'not-found') return nobodyKnows(found.error);
    return file === undefined
      ? refusesTwin('The object is not there, and an upload never replaces one.')
      : cannotTell('Another object is there under this key.');
  },
  'files.move': async ({ to, ...from }, { ask }) => {
    const source = await ask('files.exists', keyOf(from));
    const target = await ask('files.exists', keyOf(to));
    if (source.isErr()) return nobodyKnows(source.error);
    if (target.isErr()) return nobodyKnows(target.error);
    if (source.value.data === target.value.data) return cannotTell('Source and target are both there, or neither is.');
    return target.value.data ? done : refusesTwin('The object has not moved, and what has moved cannot move again.');
  },
  'files.copy': async ({ to, ...from }, { ask }) => {
    const target = await ask('files.info', keyOf(to));
    if (target.isErr()) {
      return target.error.kind === 'not-found'
        ? refusesTwin('The copy is not there, and a copy never replaces an object.')
        : nobodyKnows(target.error);
    }
    const source = await ask('files.info', keyOf(from));
    if (source.isErr()) return nobodyKnows(source.error);
    const isSame =
      source.value.data.sizeBytes === target.value.data.sizeBytes &&
      source.value.data.contentType === target.value.data.contentType;
    return isSame ? done : cannotTell('Another object is there under the target key.');
  },
  'branches.create': async ({ name }, { ask }) => {
    const found = await ask('branches.list', {});
    if (found.isErr()) return nobodyKnows(found.error);
    const branch = found.value.data.find((one) => one.name === name);
    // A branch costs money, and nothing promises that a second one of the same name is refused.
    return branch
      ? { verdict: 'happened', value: branch }
      : cannotTell('No branch of this name is there yet; see branches.list in a while.');
  },
  'branches.delete': async ({ id }, { ask }) => {
    const found = await ask('branches.get', { id });
    if (found.isOk()) return refusesTwin('The branch is still there, and deleting it again cannot do more.');
    return found.error.kind === 'not-found' ? done : nobodyKnows(found.error);
  },
  'branches.merge': { why: 'A merge leaves no mark that could be asked for; see the migrations of the parent.' },
  'branches.reset': { why: 'A reset leaves no mark, and a second one would throw away what was done since.' },
  'branches.rebase': { why: 'A rebase leaves no mark that could be asked for; see the migrations of the branch.' },
};

const keyOf = ({ bucket, path }: ObjectKey): ObjectKey => ({ bucket, path });

const storedAs = (
  { bucket, path, id, sizeBytes, contentType }: FileInfo,
  { sha256 }: InputOf<'files.upload'>,
): StoredFile => ({
  ...{ bucket, path, id, sizeBytes, contentType },
  // Bytes that do not have the checksum given are never sent, so metadata that holds it speaks for them.
  verified: sha256 === undefined ? 'size' : 'checksum',
});

const sameNames = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((name) => others.includes(name));

function hasSettings(bucket: Required<BucketSettings>, wanted: BucketSettings): boolean {
  const { public: isPublic = false, fileSizeLimit = null, allowedMimeTypes = null } = wanted;
  if (bucket.public !== isPublic || bucket.fileSizeLimit !== fileSizeLimit) return false;
  return allowedMimeTypes === null || bucket.allowedMimeTypes === null
    ? allowedMimeTypes === bucket.allowedMimeTypes
    : sameNames(bucket.allowedMimeTypes, allowedMimeTypes);
}

/** With `upsert` an object of the same size may be the one that was to be replaced, so that only the checksum proves it. */
function hasBytes(
  file: { readonly sizeBytes: number; readonly metadata: { readonly [key: string]: unknown } },
  wanted: InputOf<'files.upload'>,
): boolean {
  if (file.sizeBytes !== wanted.body.sizeBytes) return false;
  return wanted.sha256 === undefined ? wanted.upsert !== true : file.metadata['sha256'] === wanted.sha256;
}
