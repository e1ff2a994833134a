import { layerError, type Call, type ErrorKind, type LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { createCoalescingBackend } from './create-coalescing-backend.js';
import type { CoalescingOptions } from './coalescing-options.js';
import type { ReadRequest, SqlRequest } from './sql-request.js';

type Answer = Result<string, LayerError>;
const inBase64 = (json: string): string => Buffer.from(json).toString('base64');
const readOf = (text: string, alone?: true): ReadRequest => ({
  kind: 'read',
  statement: { text, answer: 'rows', mainAt: 0, ...(alone && { alone }) },
  statementTimeoutMs: 10_000,
});
const answerOf = (text: string): string => `{"rows of":${JSON.stringify(text)}}`;
const errorOf = (kind: ErrorKind, more: Partial<LayerError> = {}): LayerError =>
  layerError({ kind, layer: 'x', effect: 'none', message: 'It failed.', ...more });

const callOf = (changes: Partial<Call> = {}): Call => ({
  signal: new AbortController().signal,
  deadlineMs: performance.now() + 10_000,
  attempt: 1,
  attemptId: 'attempt',
  progressed: () => undefined,
  note: () => undefined,
  ...changes,
});

const readsIn = (request: SqlRequest): readonly string[] =>
  request.kind === 'read' ? [...request.statement.text.matchAll(/^(select \d+)$/gm)].map(([text]) => text) : [];

/** A backend that answers by hand; `together` makes an answer for several reads, each with one cell. */
function createHandBackend() {
  const open: { readonly request: SqlRequest; readonly call: Call; readonly answer: (answer: Answer) => void }[] = [];
  const send = (request: SqlRequest, call: Call): Promise<Answer> =>
    new Promise((answer) => open.push({ request, call, answer }));
  const together = (texts: readonly string[]): Answer => {
    const answers = texts.map((text) => JSON.stringify(` ${answerOf(text)}`));
    const names = '"names":{"answers":null,"types":null},"types":[["text[]","text[]"],["text","text"]]';
    return ok(inBase64(`[{${names},"rows":[{"answers":[${answers.join()}],"types":null}]}]`));
  };
  const serve = (request: SqlRequest): Answer => {
    const texts = readsIn(request);
    return texts.length > 0 ? together(texts) : ok(inBase64(`[${answerOf('single')}]`));
  };
  return { backend: { layer: 'x', send }, open, serve };
}

function createTested(options?: CoalescingOptions) {
  const hand = createHandBackend();
  return { ...hand, tested: createCoalescingBackend(hand.backend, options) };
}

const departure = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, at) => at);

test('reads of one moment are one request, and each gets its own answer', async () => {
  const { tested, open, serve } = createTested();
  const notes: string[] = [];
  const reads = numbers(5).map((n) =>
    tested.send(readOf(`select ${n}`), callOf({ note: (what) => void notes.push(what) })),
  );
  await departure();
  expect(open).toHaveLength(1);
  open[0]!.answer(serve(open[0]!.request));
  const answers = await Promise.all(reads);
  expect(answers).toEqual(numbers(5).map((n) => ok(inBase64(`[{"types":[],${answerOf(`select ${n}`).slice(1)}]`))));
  expect(notes).toEqual(numbers(5).map(() => 'Read in one request with 4 others.'));
});

test('a read by itself is sent as it is, with its own call', async () => {
  const { tested, open } = createTested();
  const [request, call] = [readOf('select 1'), callOf()];
  const answer = tested.send(request, call);
  await departure();
  expect([open.length, open[0]!.request === request, open[0]!.call === call]).toEqual([1, true, true]);
  open[0]!.answer(ok('one'));
  expect(await answer).toEqual(ok('one'));
});

test('writes, and reads that change their transaction, pass at once and alone', () => {
  const { tested, open } = createTested();
  const { statement } = readOf('delete from t');
  void tested.send({ kind: 'write', statement, statementTimeoutMs: 1 }, callOf());
  void tested.send(readOf('select 1', true), callOf());
  expect(open.map(({ request }) => request.kind)).toEqual(['write', 'read']);
});

test.each<[string, LayerError]>([
  ['the answer of the database to one of them', errorOf('failed', { sqlState: '22012' })],
  ['a wrong statement', errorOf('invalid-request')],
  ['a timeout', errorOf('timed-out')],
  ['an answer that cannot be read', errorOf('invalid-reply')],
  ['a lock', errorOf('unavailable', { sqlState: '55P03' })],
])('when the whole fails by %s, each goes again alone and none harms another', async (_what, error) => {
  const { tested, open } = createTested();
  const reads = numbers(3).map((n) => tested.send(readOf(`select ${n}`), callOf()));
  await departure();
  open[0]!.answer(err(error));
  await departure();
  expect(open.slice(1).map(({ request }) => request)).toEqual(numbers(3).map((n) => readOf(`select ${n}`)));
  open[1]!.answer(ok('0'));
  open[2]!.answer(err(error));
  open[3]!.answer(ok('2'));
  expect(await Promise.all(reads)).toEqual([ok('0'), err(error), ok('2')]);
});

test('an answer for fewer reads than were asked makes each go alone', async () => {
  const { tested, open, serve } = createTested();
  const reads = numbers(3).map((n) => tested.send(readOf(`select ${n}`), callOf()));
  await departure();
  open[0]!.answer(serve(readOf('select 0\nselect 1')).map((text) => text));
  await departure();
  for (const one of open.slice(1)) one.answer(ok('alone'));
  expect(await Promise.all(reads)).toEqual(numbers(3).map(() => ok('alone')));
});

test.each<[ErrorKind]>([['unavailable'], ['rate-limited'], ['unauthorized'], ['interrupted'], ['unsupported']])(
  'a whole that fails as %s is not sent again: that lies in none of the reads',
  async (kind) => {
    const { tested, open } = createTested();
    const reads = numbers(3).map((n) => tested.send(readOf(`select ${n}`), callOf()));
    await departure();
    open[0]!.answer(err(errorOf(kind)));
    expect(await Promise.all(reads)).toEqual(numbers(3).map(() => err(errorOf(kind))));
    expect(open).toHaveLength(1);
  },
);

test('what comes while all places are taken waits, and then goes together', async () => {
  const { tested, open, serve } = createTested({ maxInFlight: 1 });
  const reads = [tested.send(readOf('select 0'), callOf())];
  await departure();
  for (const n of [1, 2, 3]) {
    reads.push(tested.send(readOf(`select ${n}`), callOf()));
    await departure();
  }
  expect(open).toHaveLength(1);
  open[0]!.answer(ok('0'));
  await departure();
  await departure();
  expect(open.map(({ request }) => readsIn(request).length)).toEqual([1, 3]);
  open[1]!.answer(serve(open[1]!.request));
  expect((await Promise.all(reads)).every((answer) => answer.isOk())).toBe(true);
});

test('a request holds no more reads and bytes than the options allow', async () => {
  const { tested, open, serve } = createTested({ maxReads: 3, maxBytes: 20, maxInFlight: 9 });
  const reads = numbers(7).map((n) => tested.send(readOf(`select ${n}`), callOf()));
  await departure();
  expect(open.map(({ request }) => readsIn(request).length)).toEqual([2, 2, 2, 1]);
  for (const one of open) one.answer(serve(one.request));
  await Promise.all(reads);
});

test('a caller that gives up stops waiting; the others get their answers', async () => {
  const { tested, open, serve } = createTested();
  const controller = new AbortController();
  const left = tested.send(readOf('select 0'), callOf({ signal: controller.signal }));
  const others = [1, 2].map((n) => tested.send(readOf(`select ${n}`), callOf()));
  await departure();
  controller.abort();
  expect((await left)._unsafeUnwrapErr().kind).toBe('cancelled');
  expect(open[0]!.call.signal.aborted).toBe(false);
  open[0]!.answer(serve(open[0]!.request));
  expect((await Promise.all(others)).map((answer) => answer.isOk())).toEqual([true, true]);
});

test('when all callers have given up, so does the request', async () => {
  const { tested, open } = createTested();
  const controller = new AbortController();
  const reads = [0, 1].map((n) => tested.send(readOf(`select ${n}`), callOf({ signal: controller.signal })));
  await departure();
  controller.abort(new DOMException('late', 'TimeoutError'));
  expect((await Promise.all(reads)).map((read) => read._unsafeUnwrapErr().kind)).toEqual(['timed-out', 'timed-out']);
  await departure();
  expect(open[0]!.call.signal.aborted).toBe(true);
  open[0]!.answer(err(errorOf('cancelled')));
});

test('a caller that gives up before departure costs no request', async () => {
  const { tested, open } = createTested();
  const read = tested.send(readOf('select 0'), callOf({ signal: AbortSignal.abort() }));
  expect((await read)._unsafeUnwrapErr().kind).toBe('cancelled');
  await departure();
  expect(open).toEqual([]);
});

test('a read with little time left goes alone, and the others take no more than half of what the shortest has', async () => {
  const { tested, open } = createTested({ timeoutMs: 60_000 });
  const now = performance.now();
  for (const [n, leftMs] of [20_000, 8_000, 100].entries())
    void tested.send(readOf(`select ${n}`), callOf({ deadlineMs: now + leftMs }));
  await departure();
  expect(open.map(({ request }) => readsIn(request).length)).toEqual([2, 1]);
  expect(open[0]!.request.statementTimeoutMs).toBeLessThanOrEqual(4_000);
  for (const one of open) one.answer(err(errorOf('cancelled')));
});

test.each(['maxReads', 'maxBytes', 'maxInFlight', 'timeoutMs'])('a wrong %s throws at once', (name) => {
  const { backend } = createHandBackend();
  expect(() => createCoalescingBackend(backend, { [name]: 0 })).toThrow(new RegExp(name));
  expect(() => createCoalescingBackend(backend, { [name]: 1.5 })).toThrow(new RegExp(name));
});
