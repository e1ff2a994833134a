import type {
  HybridError,
  HybridResult,
  InputOf,
  ObjectKey,
  OutputOf,
  ReceivedFile,
  FileTarget,
  Served,
} from '@hybrid-supabase/core';
import { sql } from '@hybrid-supabase/sql';
import { err, errAsync, ok, type Result } from 'neverthrow';
import type { DoorOptions, FilesDoor } from './folders/files-door.js';

/** What an object is looked up through: `hybrid` is one. */
export interface IdDoor {
  readonly sql: { read(input: InputOf<'sql.read'>, options?: DoorOptions): HybridResult<OutputOf<'sql.read'>> };
}

/** What an object is fetched by its id through: `hybrid` is one. */
export interface IdDownloadDoor extends IdDoor {
  readonly files: Pick<FilesDoor, 'download'>;
}

/**
 * Where the object of this id is now; a move changes that, an overwrite does not. Asked by SQL: a door none of whose
 * layers has SQL says so. An id nobody has, or whose row the layer's role may not see, is `not-found`.
 */
export const objectById = (door: IdDoor, id: string, options: DoorOptions = {}): HybridResult<ObjectKey> =>
  uuid.test(id)
    ? door.sql
        .read(sql`select bucket_id, name from storage.objects where id = ${id}::uuid`, options)
        .andThen((served) => placeOf(served))
    : errAsync({ ...noId, trail: [] });

/**
 * Downloads by id. An object that was moved between the two questions is looked up once more. One that was removed and
 * replaced by another under the same key in that moment cannot be told from it: compare `etag` where that matters.
 */
export const downloadById = (
  door: IdDownloadDoor,
  { id, to }: { readonly id: string; readonly to: FileTarget },
  options: DoorOptions = {},
): HybridResult<ReceivedFile> => {
  const fetch = (place: ObjectKey) => door.files.download({ ...place, to }, options);
  return objectById(door, id, options).andThen(({ data: first }) =>
    fetch(first).orElse((error) =>
      error.kind === 'not-found'
        ? objectById(door, id, options).andThen(({ data: now }) =>
            now.bucket === first.bucket && now.path === first.path ? errAsync(error) : fetch(now),
          )
        : errAsync(error),
    ),
  );
};

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

const placeOf = ({ data, layer, trail }: Served<OutputOf<'sql.read'>>): Result<Served<ObjectKey>, HybridError> => {
  const [bucket, path] = [data.rows[0]?.['bucket_id'], data.rows[0]?.['name']];
  return typeof bucket === 'string' && typeof path === 'string'
    ? ok({ data: { bucket, path }, layer, trail })
    : err({ ...noObject, layer, trail });
};

const noId = {
  kind: 'invalid-request',
  operation: 'sql.read',
  effect: 'none',
  message: 'The id of an object is a UUID.',
  hint: 'Give the `id` of an upload, of `files.info` or of a list.',
} as const;

const noObject = {
  kind: 'not-found',
  operation: 'sql.read',
  effect: 'none',
  code: 'NoSuchObjectId',
  message: 'No object has this id, or the role of this layer may not see it.',
  hint: 'Check the id; an object that is removed and uploaded again has a new one.',
} as const;
