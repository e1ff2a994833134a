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

test('sees whether the tools want to be told the project', () => {
  const unscoped = tool('execute_sql', { inputSchema: { properties: { project_id: {} } } });
  expect(readSessionTools({ tools: [unscoped] })?.wantsProjectId).toBe(true);
  expect(readSessionTools({ tools: [tool('execute_sql')] })?.wantsProjectId).toBe(false);
});

test.each([undefined, null, 'x', {}, { tools: [{}] }])('takes no answer for a list that is none: %j', (reply) => {
  expect(readSessionTools(reply)).toBeUndefined();
});
