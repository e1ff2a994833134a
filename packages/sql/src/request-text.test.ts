import { requestArguments } from './request-arguments.js';
import { requestText } from './request-text.js';
import type { RenderedStatement, SqlRequest } from './sql-request.js';

const select: RenderedStatement = { text: 'select 1 -- one', answer: 'rows', mainAt: 0 };
const remove: RenderedStatement = { text: 'delete from t', answer: 'count', mainAt: 0 };
const create: RenderedStatement = { text: 'create table t ()', answer: 'none', mainAt: 0 };
const statementTimeoutMs = 1_500;

const requests: readonly (readonly [string, SqlRequest])[] = [
  ['a read', { kind: 'read', statement: select, statementTimeoutMs }],
  ['a write that gives a count', { kind: 'write', statement: remove, statementTimeoutMs }],
  ['a write that gives nothing', { kind: 'write', statement: create, statementTimeoutMs }],
  [
    'a keyed run',
    { kind: 'run', key: "k'", digest: 'd', attemptId: 'a\\', statements: [remove, create], statementTimeoutMs },
  ],
  [
    'a run without a key',
    { kind: 'run', key: null, digest: 'd', attemptId: 'a', statements: [create], statementTimeoutMs },
  ],
  ['a settlement', { kind: 'settle', key: 'k', digest: 'd', attemptIds: ['a', "b'"], statementTimeoutMs }],
  ['a settlement of no attempts', { kind: 'settle', key: 'k', digest: 'd', attemptIds: [], statementTimeoutMs }],
];

test.each(requests)('the text of %s', (_name, request) => {
  expect(requestText(request)).toMatchSnapshot();
});

test.each(requests)('the arguments of %s', (_name, request) => {
  expect(requestArguments(request)).toMatchSnapshot();
});

test.each(requests)('the text of %s sets its time limit for itself alone', (_name, request) => {
  expect(requestText(request)).toContain('set local statement_timeout = 1500;\n');
});
