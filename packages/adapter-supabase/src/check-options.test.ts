import { checkOptions } from './check-options.js';

const good = {
  url: 'https://abc.supabase.co',
  key: 'sb_secret_abc',
  name: 'supabase',
  maxSockets: 32,
  maxResultBytes: 8e6,
};

test.each([
  good,
  { ...good, url: 'http://127.0.0.1:54321' },
  { ...good, url: 'https://abc.supabase.co/' },
  { ...good, name: 'supabase-2' },
  { ...good, maxSockets: 2 },
])('takes %j', (options) => expect(() => checkOptions(options)).not.toThrow());

test.each([
  ['url', { ...good, url: 'abc.supabase.co' }],
  ['url', { ...good, url: '' }],
  ['url', { ...good, url: 'ftp://abc.supabase.co' }],
  ['url', { ...good, url: 'https://user:secret-part@abc.supabase.co' }],
  ['url', { ...good, url: 'https://abc.supabase.co?apikey=secret-part' }],
  ['key', { ...good, key: '' }],
  ['key', { ...good, key: ' secret-part' }],
  ['key', { ...good, key: 'secret-part\n' }],
  ['key', { ...good, key: 'secret part' }],
  ['name', { ...good, name: '' }],
  ['name', { ...good, name: 'My Layer' }],
  ['maxResultBytes', { ...good, maxResultBytes: 0 }],
  ['maxSockets', { ...good, maxSockets: 1 }],
  ['maxSockets', { ...good, maxSockets: 2.5 }],
  ['maxSockets', { ...good, maxSockets: Number.POSITIVE_INFINITY }],
])('names the wrong option %s and never shows it', (option, options) => {
  const check = () => checkOptions(options);
  expect(check).toThrow(TypeError);
  expect(check).toThrow(`\`${option}\``);
  expect(check).not.toThrow('secret');
});
