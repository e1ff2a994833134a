import type { UrlOptions } from '@hybrid-supabase/core';
import { transformQuery, urlFault } from './image-transform.js';

test.each<[what: string, options: UrlOptions]>([
  ['nothing', {}],
  ['the least of everything', { transform: { width: 1, height: 1, quality: 20 }, version: '1' }],
  [
    'the most of everything',
    { transform: { width: 2500, height: 2500, quality: 100, resize: 'fill', format: 'avif' } },
  ],
  ['an etag as the version', { version: 'd41d8cd98f00b204e9800998ecf8427e-2' }],
])('%s is good', (_what, options) => {
  expect(urlFault(options)).toBeUndefined();
});

const wrong = (name: string, value: unknown): UrlOptions => ({ transform: { ...JSON.parse('{}'), [name]: value } });
test.each<[what: string, options: UrlOptions]>([
  ['width', wrong('width', 0)],
  ['width', wrong('width', 2501)],
  ['height', wrong('height', 1.5)],
  ['height', wrong('height', '10')],
  ['height', wrong('height', Number.NaN)],
  ['quality', wrong('quality', 19)],
  ['quality', wrong('quality', 101)],
  ['resize', wrong('resize', 'crop')],
  ['format', wrong('format', 'webp')],
  ['takes width, height', wrong('blur', 3)],
  ['takes width, height', wrong('__proto__x', 3)],
  ['what to change', { transform: {} }],
  ['version', { version: '' }],
  ['version', { version: 'a&token=b' }],
  ['version', { version: 'x'.repeat(129) }],
])('a wrong %s is named', (name, options) => {
  expect(urlFault(options)).toContain(name);
});

test('an address carries what was given and nothing else', () => {
  expect(transformQuery({ width: 10, format: 'origin' })).toEqual({ width: '10', format: 'origin' });
  expect(transformQuery()).toEqual({});
});
