import type * as Tus from '@tus/server';
import type { DataStore, Upload } from '@tus/server';
import { finishUpload } from './finish-upload.js';
import type { PartialUpload } from './partial-upload.js';
import { withCacheRule } from './resumable-order.js';
import type { StorageContext } from './storage-context.js';
import { TusFailure } from './tus-failure.js';
import type { UploadCaller } from './upload-caller.js';
import { versionOf } from './upload-id.js';
import type { UploadSessions } from './upload-sessions.js';

/** What the store of one request stands on. */
export interface UploadStoreOptions {
  readonly context: StorageContext;
  readonly sessions: UploadSessions;
  readonly caller: UploadCaller;
  /** In bytes, for uploads of unknown length too. */
  readonly limit: () => Promise<number>;
  /** Told of every write, since the server answers when a source breaks and does not wait for what still goes to disk. */
  readonly begun: (writing: Promise<number>) => void;
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** The uploads as @tus/server asks for them, in the name of one caller, who has the upload's turn. */
export function createUploadStore(
  tus: typeof Tus,
  { context, sessions, caller, limit, begun }: UploadStoreOptions,
): DataStore {
  const { partials } = sessions;

  /** Bytes that are complete become the object at once: by the one who sent the last of them, or, after a crash, whoever asks next. */
  async function settled(upload: PartialUpload): Promise<PartialUpload> {
    if (upload.finished || (await partials.receivedBytes(upload.version)) !== upload.sizeBytes) return upload;
    return finishUpload(context, partials, upload);
  }

  async function create(file: Upload): Promise<Upload> {
    const upload: PartialUpload = {
      version: versionOf(file.id) ?? '',
      sizeBytes: file.size ?? null,
      createdAtMs: sessions.now(),
      metadata: withCacheRule(file.metadata ?? {}),
      upsert: caller.upsert,
      owner: caller.owner ?? null,
      finished: false,
    };
    await partials.save(upload);
    await partials.append(upload.version, nothing(), () => undefined);
    await settled(upload);
    file.creation_date = new Date(upload.createdAtMs).toISOString();
    return file;
  }

  async function getUpload(id: string): Promise<Upload> {
    const upload = await settled(await sessions.find(id));
    return new tus.Upload({
      id,
      offset: upload.finished ? (upload.sizeBytes ?? 0) : await partials.receivedBytes(upload.version),
      metadata: upload.metadata,
      creation_date: new Date(upload.createdAtMs).toISOString(),
      ...(upload.sizeBytes !== null && { size: upload.sizeBytes }),
    });
  }

  async function write(stream: AsyncIterable<Uint8Array>, id: string): Promise<number> {
    const found = await sessions.find(id);
    const { version } = found;
    const upload = { ...found, upsert: caller.upsert, owner: caller.owner ?? null };
    if (upload.finished) {
      // The server has checked that nothing comes; its pipeline still waits for a reader.
      for await (const _chunk of stream) throw new TusFailure('finished');
      return upload.sizeBytes ?? 0;
    }
    if (upload.upsert !== found.upsert || upload.owner !== found.owner) await partials.save(upload);
    const most = Math.min(upload.sizeBytes ?? Infinity, await limit());
    const size = await partials.append(version, stream, (sizeBytes) => {
      if (sizeBytes > most) throw new TusFailure('tooLarge');
    });
    await settled(upload);
    return size;
  }

  return Object.assign(new tus.DataStore(), {
    extensions: ['creation', 'creation-with-upload', 'creation-defer-length', 'termination', 'expiration'],
    getExpiration: () => sessions.expiryMs,
    create,
    getUpload,
    write(stream: AsyncIterable<Uint8Array>, id: string) {
      const writing = write(stream, id);
      begun(writing);
      return writing;
    },
    async declareUploadLength(id: string, sizeBytes: number) {
      await partials.save({ ...(await sessions.find(id)), sizeBytes });
    },
    async remove(id: string) {
      const { version, finished } = await settled(await sessions.find(id));
      if (finished) throw new TusFailure('finished');
      await partials.remove(version);
    },
  });
}
