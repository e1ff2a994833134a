import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, stdio, type McpLayerOptions } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { connectUnscoped } from './unscoped-client.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';

const projectRef = 'parentref';
const accessToken = 'sbp_0123456789012345678901234567890123456789';
let platform: FakePlatform;

beforeEach(async () => {
  platform = await startFakePlatform({ projectRef });
});
afterEach(() => platform.close());

const withLayer = async (
  options: Partial<McpLayerOptions>,
  use: (layer: ReturnType<typeof createMcpLayer>) => Promise<void>,
): Promise<void> => {
  const connect = stdio({ accessToken, projectRef, apiUrl: platform.url });
  const layer = createMcpLayer({ connect, projectRef, branchPollMs: 1, ...options });
  await use(layer).finally(() => layer.close());
};
const ordered = (): readonly string[] => platform.seen.filter((line) => !line.startsWith('GET'));

test('without a word on the cost nothing is made and nothing is sent', () =>
  withLayer({}, async ({ ports: { branches } }) => {
    const refused = await branches.create({ name: 'develop', confirmCost: false }, createTestCall());
    expect(refused._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-request',
      effect: 'none',
      code: 'cost-not-confirmed',
    });
    expect(platform.seen).toEqual([]);
  }));

test('a callback is told the cost, and its word decides', () =>
  withLayer({ confirmBranchCost: ({ amount }) => amount < 0.01 }, async ({ ports: { branches } }) => {
    const refused = await branches.create({ name: 'develop', confirmCost: false }, createTestCall());
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', code: 'cost-not-confirmed' });
    expect(ordered()).toEqual([]);
  }));

test('a branch is made in a session for one project, and followed until it is ready', () =>
  withLayer({}, async ({ ports: { branches } }) => {
    platform.stages = ['CREATING_PROJECT', 'RUNNING_MIGRATIONS', 'MIGRATIONS_PASSED', 'FUNCTIONS_DEPLOYED'];
    const call = createTestCall();
    const made = answerOf(await branches.create({ name: 'develop', confirmCost: true }, call));
    expect(made).toEqual({
      id: 'b2',
      name: 'develop',
      projectRef: 'branchref2',
      isDefault: false,
      status: 'FUNCTIONS_DEPLOYED',
    });
    expect(call.notes).toEqual([
      'Branch develop: CREATING_PROJECT.',
      'Branch develop: RUNNING_MIGRATIONS.',
      'Branch develop: MIGRATIONS_PASSED.',
      'Branch develop: FUNCTIONS_DEPLOYED.',
    ]);
    expect(ordered()).toEqual([`POST /v1/projects/${projectRef}/branches {"branch_name":"develop"}`]);
    expect(call.progressCount()).toBe(4);
  }));

test('a session for every project is asked for the price, and the id is its own', async () => {
  const connect = await connectUnscoped({ apiUrl: platform.url, accessToken, features: 'account,branching' });
  const asked: unknown[] = [];
  const confirmBranchCost = (cost: unknown): boolean => asked.push(cost) > 0;
  await withLayer({ connect, confirmBranchCost }, async ({ ports: { branches } }) => {
    const failed = await branches.create({ name: 'develop', confirmCost: false }, createTestCall());
    // The platform knows no such project: the price could not be asked, and nothing was made.
    expect(failed._unsafeUnwrapErr()).toMatchObject({ effect: 'none' });
    expect(ordered()).toEqual([]);
    platform.projects.push({ id: projectRef, organization_id: 'mine' });
    const made = answerOf(await branches.create({ name: 'develop', confirmCost: false }, createTestCall()));
    expect(made.name).toBe('develop');
    expect(asked).toEqual([{ type: 'branch', recurrence: 'hourly', amount: 0.01344 }]);
  });
});

test.each(['merge', 'reset', 'rebase'] as const)('%s is followed from queued to done', (work) =>
  withLayer({}, async ({ ports: { branches } }) => {
    const { id } = answerOf(await branches.create({ name: 'develop', confirmCost: true }, createTestCall()));
    platform.stages = ['RUNNING_MIGRATIONS', 'MIGRATIONS_PASSED', 'FUNCTIONS_DEPLOYED'];
    const call = createTestCall();
    expect((await branches[work]({ id }, call)).isOk()).toBe(true);
    const changed = work === 'merge' ? 'main' : 'develop';
    expect(call.notes.at(0)).toBe(`Branch ${changed}: RUNNING_MIGRATIONS.`);
    expect(call.notes.at(-1)).toBe(`Branch ${changed}: FUNCTIONS_DEPLOYED.`);
  }),
);

test('a run that fails on the platform is a failure, with its status as the code', () =>
  withLayer({}, async ({ ports: { branches } }) => {
    const { id } = answerOf(await branches.create({ name: 'develop', confirmCost: true }, createTestCall()));
    platform.stages = ['RUNNING_MIGRATIONS', 'MIGRATIONS_FAILED'];
    const failed = await branches.reset({ id, migrationVersion: '20261122201500' }, createTestCall());
    expect(failed._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', effect: 'unknown', code: 'MIGRATIONS_FAILED' });
    expect(ordered().at(-1)).toBe(`POST /v1/branches/${id}/reset {"migration_version":"20261122201500"}`);
  }));

test('a deadline that comes first says that the work goes on', () =>
  withLayer({}, async ({ ports: { branches } }) => {
    const { id } = answerOf(await branches.create({ name: 'develop', confirmCost: true }, createTestCall()));
    platform.stages = ['RUNNING_MIGRATIONS'];
    const call = createTestCall();
    const merging = branches.merge({ id }, call);
    while (call.notes.length === 0) await new Promise((resolve) => setImmediate(resolve));
    call.expire();
    expect((await merging)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown', code: 'queued' });
  }));

test('a branch that is not there is not found, and nothing is ordered', () =>
  withLayer({}, async ({ ports: { branches } }) => {
    for (const work of ['get', 'merge', 'reset', 'rebase'] as const)
      expect((await branches[work]({ id: 'b9' }, createTestCall()))._unsafeUnwrapErr()).toMatchObject({
        kind: 'not-found',
        effect: 'none',
      });
    expect(ordered()).toEqual([]);
  }));

test("a branch's own database is a layer of its own", async () => {
  await withLayer({}, async ({ ports: { branches } }) => {
    const branch = answerOf(await branches.create({ name: 'develop', confirmCost: true }, createTestCall()));
    const connect = stdio({ accessToken, projectRef: branch.projectRef, apiUrl: platform.url });
    const own = createMcpLayer({ connect, projectRef: branch.projectRef, name: 'develop' });
    await own.ports.migrations.list({}, createTestCall());
    await own.close();
    expect(platform.seen.at(-1)).toBe(`GET /v1/projects/${branch.projectRef}/database/migrations`);
  });
});
