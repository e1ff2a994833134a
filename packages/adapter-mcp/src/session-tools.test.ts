import { readSessionTools } from './session-tools.js';

const tool = (name: string, more: object = {}): object => ({ name, inputSchema: { properties: {} }, ...more });

test('knows which tools there are', () => {
  const tools = readSessionTools({ tools: [tool('execute_sql')] });
  expect([tools?.has('execute_sql'), tools?.has('apply_migration')]).toEqual([true, false]);
});

test.each([
  [true, [tool('execute_sql', { annotations: { readOnlyHint: true } })]],
  [false, [tool('execute_sql', { annotations: { readOnlyHint: false } })]],
  [false, [tool('execute_sql')]],
  [false, [tool('execute_sql', { annotations: { readOnlyHint: true } }), tool('apply_migration')]],
  [false, []],
])('believes in a read-only session only on both signs: %s', (readOnly, tools) => {
  expect(readSessionTools({ tools })?.readOnly).toBe(readOnly);
});

const closed = (properties: object, required: readonly string[] = []) => ({
  inputSchema: { properties, required, additionalProperties: false },
});
const sql = (schema: object) => readSessionTools({ tools: [tool('execute_sql', schema)] });

test('names the project only to a tool that lists it', () => {
  const told = sql(closed({ query: {}, project_id: {} }, ['query', 'project_id']));
  expect(told?.argumentsFor('execute_sql', { query: 'x' }, 'ref')).toEqual({ project_id: 'ref', query: 'x' });
  expect(sql(closed({ query: {} }))?.argumentsFor('execute_sql', { query: 'x' }, 'ref')).toEqual({ query: 'x' });
});

test.each([
  ['a tool that is missing', { tools: [] }, /no tool execute_sql.*feature database/],
  [
    'a tool that has gained a required argument',
    { tools: [tool('execute_sql', closed({ query: {}, reason: {} }, ['query', 'reason']))] },
    /wants an argument that we do not know: reason/,
  ],
  [
    'a tool that has lost an argument',
    { tools: [tool('execute_sql', closed({ statement: {} }))] },
    /does not take the argument query/,
  ],
])('says why it cannot call %s', (_what, reply, why) => {
  expect(readSessionTools(reply)?.obstacle('execute_sql')).toMatch(why);
});

test('needs no word for an argument that has a default, though it is listed as required', () => {
  const tools = sql(closed({ query: {}, schemas: { default: ['public'] } }, ['query', 'schemas']));
  expect(tools?.obstacle('execute_sql')).toBeUndefined();
});

test('leaves out what a tool no longer asks for, where it may be left out', () => {
  const listing = { tools: [tool('create_branch', closed({ name: {} }))] };
  const args = { name: 'develop', confirm_cost_id: 'id' };
  expect(readSessionTools(listing)?.argumentsFor('create_branch', args, 'ref')).toEqual({ name: 'develop' });
});

test.each([undefined, null, 'x', {}, { tools: [{}] }])('takes no answer for a list that is none: %j', (reply) => {
  expect(readSessionTools(reply)).toBeUndefined();
});
