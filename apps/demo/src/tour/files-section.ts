import { createHash } from 'node:crypto';
import { sourceFromFile, targetToBytes } from '@hybrid-supabase/adapter-supabase';
import { inParallel } from './in-parallel.js';
import type { TourContext } from './tour-context.js';
import type { TourFile } from './tour-files.js';

/** What the files section found. */
export interface FilesOutcome {
  readonly files: number;
  readonly bytes: number;
  readonly checksumsVerified: number;
}

/** (c) Every file up in parallel, listed, down again, and its checksum compared with the disk. */
export const filesSection = async (context: TourContext): Promise<FilesOutcome> => {
  const { journal, files } = context;
  journal.section('Files: supabase-js');
  const bytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const uploaded = await eachFile(context, `uploading ${files.length} files`, upload);
  journal.check(
    'uploaded',
    uploaded === files.length,
    `${uploaded} of ${files.length} files, ${bytes} bytes, ${context.concurrency} at once`,
  );
  const listed = await listAll(context);
  journal.check('listed', listed === files.length, `${listed} of ${files.length}`);
  const checksumsVerified = await eachFile(context, `downloading ${files.length} files`, downloadAndCompare);
  journal.check('checksums verified', checksumsVerified === files.length, `${checksumsVerified} of ${files.length}`);
  return { files: files.length, bytes, checksumsVerified };
};

const eachFile = async (
  context: TourContext,
  title: string,
  work: (context: TourContext, file: TourFile) => Promise<boolean>,
): Promise<number> => {
  const progress = context.progress(title, context.files.length);
  const done = await inParallel(context.files, context.concurrency, async (file) => {
    const passed = await work(context, file);
    progress.advance(1);
    return passed;
  });
  progress.end();
  return done.filter(Boolean).length;
};

const upload = async ({ hybrid, journal, names }: TourContext, { file, path, sha256 }: TourFile): Promise<boolean> => {
  const body = await sourceFromFile(file);
  if (body.isErr()) {
    journal.check(`read ${path}`, false, body.error.message);
    return false;
  }
  const result = await journal.call({ operation: 'files.upload', about: path, silent: true }, () =>
    hybrid.files.upload({
      bucket: names.bucket,
      path,
      body: body.value,
      sha256,
      contentType: 'application/octet-stream',
    }),
  );
  if (result.isErr()) journal.check(`upload ${path}`, false, result.error.message);
  return result.isOk();
};

const downloadAndCompare = async (
  { hybrid, journal, names }: TourContext,
  { path, sha256 }: TourFile,
): Promise<boolean> => {
  const to = targetToBytes();
  const result = await journal.call({ operation: 'files.download', about: path, silent: true }, () =>
    hybrid.files.download({ bucket: names.bucket, path, to }),
  );
  if (result.isErr()) journal.check(`download ${path}`, false, result.error.message);
  const bytes = to.bytes();
  return result.isOk() && bytes !== undefined && createHash('sha256').update(bytes).digest('hex') === sha256;
};

const listAll = async ({ hybrid, journal, names }: TourContext): Promise<number> => {
  let found = 0;
  let after: string | undefined;
  do {
    const page = await journal.must(
      {
        operation: 'files.list',
        about: after === undefined ? 'first page' : 'next page',
        say: ({ items }) => `${items.length} objects`,
      },
      () => hybrid.files.list({ bucket: names.bucket, ...(after === undefined ? {} : { after }) }),
    );
    found += page?.items.length ?? 0;
    after = page?.next;
  } while (after !== undefined);
  return found;
};
