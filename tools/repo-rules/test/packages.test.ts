import { files, manifest, projects, read } from './repository.js';

const headings = ['What it is', 'Use', 'Options', 'What it supports', 'Errors it can give', 'Limits'];
const packages = projects.filter((project) => project.startsWith('packages/'));
const adapters = packages.filter((project) => project.startsWith('packages/adapter-'));

test('there are adapters to speak of', () => {
  expect(adapters.length).toBeGreaterThanOrEqual(2);
});

test.each(adapters)('%s runs the contract, and runs it against real parts', (adapter) => {
  const sources = files.filter((file) => file.startsWith(`${adapter}/test/`) && file.endsWith('.ts'));
  const contracts = sources.filter(
    (file) => file.endsWith('.test.ts') && read(file).includes('describeLayerContract('),
  );
  expect(contracts.length).toBeGreaterThanOrEqual(2);
  expect(sources.some((file) => read(file).includes('startLocalStack('))).toBe(true);
});

test.each(adapters)('%s is an adapter by its tag', (adapter) => {
  expect(manifest(adapter).nx?.tags).toEqual(['type:adapter']);
});

test.each(packages)('%s has a README with the fixed headings', (project) => {
  const found = [...read(`${project}/README.md`).matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  expect(found).toEqual(headings);
});

test.each(packages)('%s has its row in the map of packages', (project) => {
  expect(read('README.md')).toContain(`](${project})`);
});

test.each(packages)('%s snapshots its public names', (project) => {
  expect(files).toContain(`${project}/src/index.test.ts`);
});

test.each(projects)('%s has one tag', (project) => {
  expect(manifest(project).nx?.tags).toHaveLength(1);
});

test('no file is called after nothing', () => {
  const vague = files.filter((file) => /\/(utils?|helpers?|types|common|shared|misc)\.[cm]?[tj]s$/.test(file));
  expect(vague).toEqual([]);
});

test('tests do not run alone, and none is skipped', () => {
  const odd = files.filter(
    (file) =>
      file.endsWith('.test.ts') &&
      !file.startsWith('tools/repo-rules/') &&
      /\b(?:it|test|describe)\.(?:skip|only|todo)\b|\bx(?:it|describe)\(/.test(read(file)),
  );
  expect(odd).toEqual([]);
});
