import { layerContract, type LayerHarness } from '../src/index.js';
import { openFakeHarness } from './open-fake-harness.js';

/** What the rules say, in one text, of a harness that has these members in the place of sound ones. */
const complaints = async (wrong: (sound: LayerHarness) => Partial<LayerHarness>): Promise<string> => {
  const outcomes = await Promise.allSettled(
    layerContract.map(({ run }) => {
      const sound = openFakeHarness();
      return run({ ...sound, ...wrong(sound) });
    }),
  );
  return outcomes.map((outcome) => (outcome.status === 'rejected' ? String(outcome.reason) : '')).join('\n');
};

test.each(['refuses', 'hangs', 'garbles', 'dies'] as const)(
  'a harness may not decline a backend that %s',
  async (fault) => {
    const declines = complaints(({ breakBackend }) => ({
      breakBackend: (asked) => (asked === fault ? false : breakBackend(asked)),
    }));
    expect(await declines).toContain(`the harness cannot make a backend that ${fault}`);
  },
);

test('a harness may decline a client that throws, and need not heal or have secrets', async () => {
  const least = complaints(({ layer, samples, sent, breakBackend, close }) => ({
    ...{ layer, samples, sent, close },
    breakBackend: (fault) => fault !== 'throws' && breakBackend(fault),
  }));
  expect((await least).trim()).toBe('');
});

test('a harness needs a sample for each port, one that sends something', async () => {
  const withoutConfig = complaints(({ samples: { 'config.get': _get, 'config.update': _update, ...samples } }) => ({
    samples,
  }));
  expect(await withoutConfig).toContain('the port config has no sample that sends something');
  const local = complaints(({ samples: { 'config.get': get, 'config.update': _update, ...samples } }) => ({
    samples: get === undefined ? samples : { ...samples, 'config.get': { ...get, requests: 0 } },
  }));
  expect(await local).toContain('the port config has no sample that sends something');
});

test('a harness may not try what its layer lacks', async () => {
  const tries = complaints(({ samples }) => ({
    samples: { ...samples, 'buckets.delete': { input: () => ({ id: 'photos' }), check: () => undefined } },
  }));
  expect(await tries).toContain('there is a sample for buckets.delete, which it lacks');
});

test('a wrong output is told in the words of the sample', async () => {
  const wrong = complaints(({ samples }) => ({
    samples: {
      ...samples,
      'config.get': {
        input: () => ({}),
        check: () => {
          throw new Error('the limit is not the one that was set');
        },
      },
    },
  }));
  expect(await wrong).toContain('the limit is not the one that was set');
});

test('a sample that does not say its requests rightly is told', async () => {
  const wrong = complaints(({ samples }) => ({
    samples: {
      ...samples,
      'config.get': { input: () => ({}), check: () => undefined, requests: 2 },
    },
  }));
  expect(await wrong).toContain('the requests of config.get');
});
