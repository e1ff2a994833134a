import {
  operationNames,
  operations,
  type Bucket,
  type FileInfo,
  type HybridError,
  type HybridResult,
  type InputOf,
  type Inquiry,
  type ObjectPolicy,
  type Served,
  type WriteName,
} from '@hybrid-supabase/core';
import { errAsync, okAsync } from 'neverthrow';
import { portQuestions } from '../src/index.js';

/** What each operation is answered; a list is used up one by one. */
type Answers = { readonly [name: string]: unknown };

const failed = (kind: 'not-found' | 'unavailable'): HybridError => ({
  kind,
  operation: 'buckets.get',
  effect: 'none',
  message: 'A test.',
  trail: [],
});
const notFound = failed('not-found');
const shut = failed('unavailable');

function inquiryOver(answers: Answers): Inquiry {
  const ask = (name: string, input: { readonly path?: string }): HybridResult<unknown> => {
    const answer = answers[input.path === undefined ? name : `${name} ${input.path}`] ?? answers[name];
    if (answer === notFound) return errAsync(notFound);
    if (answer === shut) return errAsync(shut);
    return okAsync<Served<unknown>, HybridError>({ data: answer, layer: 'mcp', trail: [] });
  };
  return { attemptIds: ['a'], ask: ask as Inquiry['ask'] };
}

const bucket: Bucket = { id: 'photos', public: false, fileSizeLimit: null, allowedMimeTypes: null, createdAt: '' };
const policy: ObjectPolicy = {
  name: 'read',
  command: 'select',
  roles: ['authenticated'],
  using: "bucket_id = 'photos'",
  withCheck: null,
};
const file: FileInfo = {
  bucket: 'b',
  path: 'p',
  id: '1',
  sizeBytes: 3,
  contentType: 'text/plain',
  etag: 'e',
  createdAt: '',
  updatedAt: '',
  metadata: { sha256: 'abc' },
};
const body = {
  sizeBytes: 3,
  open: () => {
    throw new Error('a question never reads the body');
  },
};
const upload = { bucket: 'b', path: 'p', body };
const move = { bucket: 'b', path: 'p', to: { bucket: 'b', path: 'q' } };
const branch = { id: '1', name: 'dev', projectRef: 'r', isDefault: false, status: 'MIGRATIONS_PASSED' };

interface Row<W extends WriteName> {
  readonly write: W;
  readonly input: InputOf<W>;
  readonly when: string;
  readonly answers: Answers;
  readonly verdict: string;
}
const row = <W extends WriteName>(
  write: W,
  input: InputOf<W>,
  when: string,
  answers: Answers,
  verdict: string,
): Row<WriteName> => ({ write, input, when, answers, verdict }) as Row<WriteName>;

const rows: readonly Row<WriteName>[] = [
  row('buckets.create', { id: 'photos' }, 'it is there with the defaults', { 'buckets.get': bucket }, 'happened'),
  row(
    'buckets.create',
    { id: 'photos', allowedMimeTypes: ['b/*', 'a/*'] },
    'its types are the same in another order',
    { 'buckets.get': { ...bucket, allowedMimeTypes: ['a/*', 'b/*'] } },
    'happened',
  ),
  row(
    'buckets.create',
    { id: 'photos', public: true },
    'it is there with other settings',
    { 'buckets.get': bucket },
    'cannot-tell',
  ),
  row(
    'buckets.create',
    { id: 'photos', fileSizeLimit: 5 },
    'it is there with another limit',
    { 'buckets.get': bucket },
    'cannot-tell',
  ),
  row(
    'buckets.create',
    { id: 'photos' },
    'it has types that were not asked for',
    { 'buckets.get': { ...bucket, allowedMimeTypes: ['a/*'] } },
    'cannot-tell',
  ),
  row('buckets.create', { id: 'photos' }, 'it is not there', { 'buckets.get': notFound }, 'refuses-twin'),
  row('buckets.create', { id: 'photos' }, 'nobody answers', { 'buckets.get': shut }, 'cannot-tell'),
  row('buckets.delete', { id: 'photos' }, 'it is gone', { 'buckets.get': notFound }, 'happened'),
  row('buckets.delete', { id: 'photos' }, 'it is still there', { 'buckets.get': bucket }, 'refuses-twin'),
  row('buckets.delete', { id: 'photos' }, 'nobody answers', { 'buckets.get': shut }, 'cannot-tell'),
  row(
    'policies.create',
    { bucket: 'photos', name: 'read', command: 'select' },
    'it is there',
    { 'policies.list': [policy] },
    'happened',
  ),
  row(
    'policies.create',
    { bucket: 'photos', name: 'read', command: 'insert' },
    'it is there for another command',
    { 'policies.list': [policy] },
    'cannot-tell',
  ),
  row(
    'policies.create',
    { bucket: 'photos', name: 'read', command: 'select', using: 'true' },
    'expressions cannot be compared',
    { 'policies.list': [policy] },
    'cannot-tell',
  ),
  row(
    'policies.create',
    { bucket: 'photos', name: 'read', command: 'select' },
    'it is not there',
    { 'policies.list': [] },
    'refuses-twin',
  ),
  row(
    'policies.create',
    { bucket: 'photos', name: 'read', command: 'select' },
    'nobody answers',
    { 'policies.list': shut },
    'cannot-tell',
  ),
  row('policies.drop', { name: 'read' }, 'it is gone', { 'policies.list': [] }, 'happened'),
  row('policies.drop', { name: 'read' }, 'it is still there', { 'policies.list': [policy] }, 'refuses-twin'),
  row('policies.drop', { name: 'read' }, 'nobody answers', { 'policies.list': shut }, 'cannot-tell'),
  row('files.upload', upload, 'an object of that size is there', { 'files.info': file }, 'happened'),
  row(
    'files.upload',
    { ...upload, sha256: 'abc' },
    'an object of that checksum is there',
    { 'files.info': file },
    'happened',
  ),
  row(
    'files.upload',
    { ...upload, sha256: 'other' },
    'an object of another checksum is there',
    { 'files.info': file },
    'cannot-tell',
  ),
  row(
    'files.upload',
    upload,
    'an object of another size is there',
    { 'files.info': { ...file, sizeBytes: 4 } },
    'cannot-tell',
  ),
  row('files.upload', upload, 'it is not there', { 'files.info': notFound }, 'refuses-twin'),
  row('files.upload', upload, 'nobody answers', { 'files.info': shut }, 'cannot-tell'),
  row(
    'files.upload',
    { ...upload, upsert: true, sha256: 'abc' },
    'these very bytes are there',
    { 'files.info': file },
    'happened',
  ),
  row('files.upload', { ...upload, upsert: true }, 'only the size is the same', { 'files.info': file }, 'refuses-twin'),
  row('files.upload', { ...upload, upsert: true }, 'nobody answers', { 'files.info': shut }, 'refuses-twin'),
  row('files.move', move, 'it has moved', { 'files.exists p': false, 'files.exists q': true }, 'happened'),
  row('files.move', move, 'it has not moved', { 'files.exists p': true, 'files.exists q': false }, 'refuses-twin'),
  row('files.move', move, 'both are there', { 'files.exists': true }, 'cannot-tell'),
  row('files.move', move, 'neither is there', { 'files.exists': false }, 'cannot-tell'),
  row('files.move', move, 'nobody knows the source', { 'files.exists p': shut, 'files.exists q': true }, 'cannot-tell'),
  row('files.move', move, 'nobody knows the target', { 'files.exists p': true, 'files.exists q': shut }, 'cannot-tell'),
  row('files.copy', move, 'the copy is there', { 'files.info': file }, 'happened'),
  row(
    'files.copy',
    move,
    'another object is there',
    { 'files.info p': file, 'files.info q': { ...file, sizeBytes: 9 } },
    'cannot-tell',
  ),
  row('files.copy', move, 'the copy is not there', { 'files.info p': file, 'files.info q': notFound }, 'refuses-twin'),
  row('files.copy', move, 'the source is gone', { 'files.info p': notFound, 'files.info q': file }, 'cannot-tell'),
  row('files.copy', move, 'nobody answers', { 'files.info': shut }, 'cannot-tell'),
  row('branches.create', { name: 'dev', confirmCost: true }, 'it is there', { 'branches.list': [branch] }, 'happened'),
  row('branches.create', { name: 'dev', confirmCost: true }, 'it is not there', { 'branches.list': [] }, 'cannot-tell'),
  row(
    'branches.create',
    { name: 'dev', confirmCost: true },
    'nobody answers',
    { 'branches.list': shut },
    'cannot-tell',
  ),
  row('branches.delete', { id: '1' }, 'it is gone', { 'branches.get': notFound }, 'happened'),
  row('branches.delete', { id: '1' }, 'it is still there', { 'branches.get': branch }, 'refuses-twin'),
  row('branches.delete', { id: '1' }, 'nobody answers', { 'branches.get': shut }, 'cannot-tell'),
];

test.each(rows)('$write, when $when: $verdict', async ({ write, input, answers, verdict }) => {
  const question = portQuestions[write];
  if (typeof question !== 'function') throw new Error(`${write} has no question`);
  const found = await (question as (input: unknown, inquiry: Inquiry) => Promise<{ verdict: string }>)(
    input,
    inquiryOver(answers),
  );
  expect(found.verdict).toBe(verdict);
});

test.each([
  [undefined, 'size'],
  ['abc', 'checksum'],
])('an upload that happened with the checksum %s counts as verified by %s', async (sha256, verified) => {
  const question = portQuestions['files.upload'];
  if (typeof question !== 'function') throw new Error('files.upload has no question');
  const wanted = { ...upload, ...(sha256 !== undefined && { sha256 }) };
  expect(await question(wanted, inquiryOver({ 'files.info': file }))).toEqual({
    verdict: 'happened',
    value: { bucket: 'b', path: 'p', id: '1', sizeBytes: 3, contentType: 'text/plain', verified },
  });
});

test('every write has a question or says why not, and nothing else is in the table', () => {
  const writes = operationNames.filter((name) => operations[name].effect === 'write');
  expect(Object.keys(portQuestions).sort()).toEqual([...writes].sort());
});

test('every question has rows here', () => {
  const asked = Object.entries(portQuestions).filter(([, question]) => typeof question === 'function');
  expect(new Set(rows.map(({ write }) => write))).toEqual(new Set(asked.map(([name]) => name)));
});
