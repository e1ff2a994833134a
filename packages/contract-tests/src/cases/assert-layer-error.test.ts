import { layerError } from '@hybrid-supabase/core';
import { errorText, whenSent } from './assert-layer-error.js';

const base = { kind: 'failed', layer: 'fake', effect: 'none', message: 'No.' } as const;

test('the text of an error holds the messages and members of its causes', () => {
  const cause = Object.assign(new Error('outer', { cause: new Error('inner') }), { config: { key: 'k' } });
  const text = errorText(layerError({ ...base, cause }));
  for (const part of ['No.', 'outer', 'inner', '"key":"k"']) expect(text).toContain(part);
});

test('a cause that goes in circles or holds a bigint is still text', () => {
  const cause: { self?: unknown; size: bigint } = { size: 7n };
  cause.self = cause;
  expect(errorText(layerError({ ...base, cause }))).toContain('"size":"7"');
});

test.each([
  ['write', 1, { effect: 'unknown' }],
  ['idempotent', 1, { effect: 'unknown' }],
  ['read', 1, {}],
  ['write', 2, {}],
] as const)('a %s of %i requests whose answer is lost must say %j', (effect, requests, expected) => {
  expect(whenSent({ effect, requests })).toEqual(expected);
});
