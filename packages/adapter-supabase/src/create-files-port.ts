import type { Call, FileInfo, FilesPort, InputOf, ObjectKey, ReceivedFile, StoredFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { downloadCached } from './cache/cached-download.js';
import type { DownloadCache } from './cache/download-cache.js';
import { chunkBytes } from './chunk-bytes.js';
import type { Attempt, Ask, Door } from './door.js';
import { downloadFile, type DownloadInput, type DownloadMeans } from './download-file.js';
import type { Failure } from './failure.js';
import { fileInfoOf } from './file-info.js';
import { sourceFromBytes } from './file-source.js';
import { urlFault } from './image-transform.js';
import { keyOrBucket } from './key-or-bucket.js';
import { listFault, listFiles } from './list-files.js';
import { bucketFault, encodeKey, keyFault } from './object-key.js';
import { createOnlyWriter } from './only-writer.js';
import { createPageCursors } from './page-cursors.js';
import { membersOf } from './read-value.js';
import { removeFiles } from './remove-files.js';
import type { ResumableMeans } from './resumable-means.js';
import { signFile, signUpload } from './sign-files.js';
import { finalOf, spentFault } from './spent-source.js';
import { storageFailureOf } from './storage-failure.js';
import type { StorageUrls } from './storage-urls.js';
import { uploadFault, uploadFile, type UploadInput } from './upload-file.js';
import { placeOf } from './upload-positions.js';
import { uploadResumable } from './upload-resumable.js';
import { uploadUnmeasured } from './upload-unmeasured.js';

/** What the files port is made of. */
export interface FilesPortOptions {
  readonly door: Door;
  readonly urls: StorageUrls;
  /** Whether an etag that looks like an MD5 is one. */
  readonly md5Etags: boolean;
  readonly resumable: Pick<ResumableMeans, 'api' | 'positions' | 'project'>;
  /** Copies of downloads; left out, every download fetches its bytes. */
  readonly cache?: DownloadCache;
}

/** Objects through the Storage API. Every key is checked before anything is sent. */
export const createFilesPort = ({ door, urls, md5Etags, resumable, cache }: FilesPortOptions): FilesPort => {
  const cursors = createPageCursors();
  const onlyWriter = createOnlyWriter(resumable.positions);
  const { during } = door;
  const sendMeasured = (input: UploadInput, call: Call, attempt: Attempt): Promise<Result<StoredFile, Failure>> =>
    input.body.sizeBytes > chunkBytes
      ? uploadResumable(input, { ...resumable, call, attempt })
      : uploadFile(input, call, attempt);
  const send = async (
    input: InputOf<'files.upload'>,
    call: Call,
    attempt: Attempt,
  ): Promise<Result<StoredFile, Failure>> => {
    const { body, ...rest } = input;
    const spent = spentFault(body);
    if (spent !== undefined) return err(spent);
    const stored = await (body.sizeBytes === undefined
      ? uploadUnmeasured({ ...rest, body }, { ...resumable, call, attempt })
      : sendMeasured({ ...rest, body }, call, attempt));
    return stored.mapErr((failure) => finalOf(body, failure));
  };
  const receive = async (input: DownloadInput, means: DownloadMeans): Promise<Result<ReceivedFile, Failure>> => {
    const received = await (cache === undefined
      ? downloadFile(input, means)
      : downloadCached(input, { ...means, cache, project: resumable.project }));
    return keyOrBucket(received, input.bucket, means.attempt);
  };
  const look = async (input: ObjectKey, attempt: Attempt): Promise<Result<FileInfo, Failure>> =>
    keyOrBucket(await attempt.ask(infoOf(input)), input.bucket, attempt);
  return {
    upload: (input, call) =>
      during(
        call,
        (attempt) => onlyWriter(placeOf(resumable.project, input), () => send(input, call, attempt)),
        objectFault(input) ?? bodyFault(input),
      ),
    download: (input, call) =>
      during(call, (attempt) => receive(input, { call, attempt, md5Etags }), objectFault(input)),
    list: (input, call) =>
      during(
        call,
        (attempt) => listFiles(input, { call, attempt, cursors }),
        bucketFault(input.bucket) ?? listFault(input),
      ),
    info: (input, call) => during(call, (attempt) => look(input, attempt), objectFault(input)),
    exists: (input, call) => during(call, async (attempt) => existence(await look(input, attempt)), objectFault(input)),
    move: (input, call) => during(call, (attempt) => relocate('move', input, attempt), placesFault(input)),
    copy: (input, call) => during(call, (attempt) => relocate('copy', input, attempt), placesFault(input)),
    remove: (input, call) =>
      during(call, (attempt) => removeFiles(input, attempt), bucketFault(input.bucket) ?? firstFault(input.paths)),
    sign: (input, call) =>
      during(
        call,
        (attempt) => signFile(input, urls, attempt),
        objectFault(input) ?? urlFault(input) ?? secondsFault(input.expiresInSeconds),
      ),
    signUpload: (input, call) => during(call, (attempt) => signUpload(input, urls, attempt), objectFault(input)),
    publicUrl: (input, call) =>
      during(call, async () => ok({ url: urls.publicUrl(input) }), objectFault(input) ?? urlFault(input)),
    purge: (input, call) => during(call, (attempt) => purge(input, attempt), objectFault(input) ?? purgeFault(input)),
  };
};

const objectFault = ({ bucket, path }: ObjectKey): string | undefined => bucketFault(bucket) ?? keyFault(path);

const bodyFault = ({ body, ...rest }: InputOf<'files.upload'>): string | undefined =>
  uploadFault({ ...rest, body: body.sizeBytes === undefined ? sourceFromBytes(new Uint8Array()) : body });

const placesFault = (input: InputOf<'files.move'>): string | undefined => objectFault(input) ?? objectFault(input.to);

const firstFault = (paths: readonly string[]): string | undefined =>
  paths.map(keyFault).find((fault) => fault !== undefined);

const secondsFault = (seconds: number): string | undefined =>
  Number.isSafeInteger(seconds) && seconds > 0 ? undefined : '`expiresInSeconds` must be a whole number above 0.';

const infoOf = (input: ObjectKey): Ask<FileInfo> => ({
  send: ({ storage }) => storage.from(input.bucket).info(encodeKey(input.path)),
  read: fileInfoOf(input),
  explain: storageFailureOf,
});

const existence = (info: Result<FileInfo, Failure>): Result<boolean, Failure> => {
  if (info.isOk()) return ok(true);
  return info.error.code === 'NoSuchKey' ? ok(false) : err(info.error);
};

const relocate = async (how: 'move' | 'copy', { bucket, path, to }: InputOf<'files.move'>, attempt: Attempt) => {
  const done = await attempt.ask({
    send: ({ storage }) => storage.from(bucket)[how](path, to.path, { destinationBucket: to.bucket }),
    read: membersOf,
    explain: storageFailureOf,
  });
  return done.map(() => undefined);
};

/** 2.109 puts the key at the end of the URL as it is, where a URL parser drops spaces. */
const purgeFault = ({ path }: ObjectKey): string | undefined =>
  path.endsWith(' ') ? 'A key that ends with a space cannot be purged.' : undefined;

const purge = async ({ bucket, path }: ObjectKey, attempt: Attempt): Promise<Result<void, Failure>> => {
  const done = await attempt.ask({
    // Raw: 2.119 encodes the key itself, 2.109 does not, and a key that passed the checks needs it in neither.
    send: ({ storage }) => storage.from(bucket).purgeCache(path),
    read: membersOf,
    explain: (answer) => (answer.code === 'MissingParameter' ? noCdn : storageFailureOf(answer)),
  });
  return done.map(() => undefined);
};

const noCdn: Failure = {
  kind: 'unsupported',
  effect: 'none',
  code: 'MissingParameter',
  message: 'This project has no CDN whose cache could be purged.',
  hint: 'Nothing is cached there; wait for `cacheSeconds` to pass in other caches.',
};
