import { checkStdioOptions, serverArguments } from './stdio-options.js';

const options = { accessToken: 'sbp_secret', projectRef: 'ref' };

test('never puts the token among the arguments', () => {
  expect(serverArguments({ ...options, readOnly: true, apiUrl: 'http://127.0.0.1:1' })).toEqual([
    '--project-ref=ref',
    '--features=database,storage,debugging,development,branching',
    '--api-url=http://127.0.0.1:1',
    '--read-only',
  ]);
});

test('asks for nothing that was not asked for', () => {
  expect(serverArguments(options)).toEqual([
    '--project-ref=ref',
    '--features=database,storage,debugging,development,branching',
  ]);
});

test.each([
  ['accessToken', { ...options, accessToken: '' }],
  ['projectRef', { ...options, projectRef: '' }],
  ['features', { ...options, features: ['database', 'docs'] }],
  ['poolSize', { ...options, poolSize: 0 }],
])('names a wrong `%s` at once', (name, wrong) => {
  expect(() => checkStdioOptions(wrong)).toThrow(new RegExp(`\`${name}\``));
});
