import { layerContract, type LayerHarness } from '../src/index.js';
import type { BreakLayer } from './break-layer.js';
import { brokenLayers } from './broken-layers.js';
import { openFakeHarness } from './open-fake-harness.js';

const openBroken = (breakIt: BreakLayer): LayerHarness => {
  const sound = openFakeHarness();
  return { ...sound, ...breakIt(sound) };
};

/** The rules that a layer breaks. */
const brokenRules = async (breakIt: BreakLayer): Promise<readonly string[]> => {
  const outcomes = await Promise.allSettled(layerContract.map(({ run }) => run(openBroken(breakIt))));
  return layerContract.filter((_case, index) => outcomes[index]?.status === 'rejected').map(({ name }) => name);
};

const caught = new Map<string, readonly string[]>();

beforeAll(async () => {
  const found = Object.entries(brokenLayers).map(async ([name, { by }]) => caught.set(name, await brokenRules(by)));
  await Promise.all(found);
}, 60_000);

test('the harness that they are made of breaks no rule', async () => {
  expect(await brokenRules(() => ({}))).toEqual([]);
});

test.each(Object.entries(brokenLayers))('catches a layer that %s', (name, { breaks }) => {
  expect(caught.get(name)).toContain(breaks);
});

test.each(layerContract.map(({ name }) => name))('is broken by at least one of them: %s', (name) => {
  expect([...caught.values()].flat()).toContain(name);
});

test('a failed rule is an assertion, told in words', async () => {
  for (const { run } of layerContract) {
    const failure: unknown = await run(openBroken(brokenLayers['rejects with its errors']!.by)).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    if (failure !== undefined) expect(failure).toMatchObject({ name: 'AssertionError' });
  }
});
