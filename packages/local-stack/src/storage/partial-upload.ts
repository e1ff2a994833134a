import { z } from 'zod';

const partialUpload = z.object({
  version: z.uuid(),
  /** Null while the client has not said how long it will be. */
  sizeBytes: z.int().nonnegative().nullable(),
  createdAtMs: z.int(),
  /** As the client gave it, its cache rule made whole. */
  metadata: z.record(z.string(), z.string().nullable()),
  /** Both of the last request that was allowed to write: by them a crash between bytes and row is made good. */
  upsert: z.boolean(),
  owner: z.string().nullable(),
  /** Bytes and row are written; kept until it expires, since clients ask for the offset of what they have finished. */
  finished: z.boolean(),
});

/** What is remembered of an upload besides its bytes. */
export type PartialUpload = Readonly<z.infer<typeof partialUpload>>;

/** Reads the text of a record; undefined when it is not one of ours. */
export function partialUploadFrom(text: string): PartialUpload | undefined {
  try {
    return partialUpload.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
