import './allow-node-20-line.js';
import { randomUUID } from 'node:crypto';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { ImageTransform } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createSupabaseLayer, sourceFromBytes } from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { json, scriptedFetch } from './scripted-fetch.js';
import { startProject } from './start-project.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

const call = () => createTestCall();
const transform = { width: 100, height: 50, resize: 'contain', quality: 60, format: 'origin' } as const;
const bytes = Buffer.from('some bytes');
const path = "we!rd/.*'() &$=@;:+,-_ picture.png";
const encoded = path.split('/').map(encodeURIComponent).join('/');

describe.each(clientVersions)('supabase-js %s', (_version, createClient) => {
  const layerOver = (answers: Parameters<typeof scriptedFetch>[0]) => {
    const wire = scriptedFetch(answers);
    const key = testKey({ role: 'service_role' });
    const layer = createSupabaseLayer({ url: 'https://abc.supabase.co', key, fetch: wire.fetch, createClient });
    return { ...wire, files: layer.ports.files };
  };

  test('a public address carries name, version and transformation, and nothing is sent for it', async () => {
    const { files, seen } = layerOver({});
    const place = { bucket: 'b', path };
    const urls = [
      await files.publicUrl(place, call()),
      await files.publicUrl({ ...place, downloadAs: 'ä b.png', version: '7' }, call()),
      await files.publicUrl({ ...place, transform, version: '7' }, call()),
    ].map((result) => valueOf(result).url);
    const base = 'https://abc.supabase.co/storage/v1';
    expect(urls).toEqual([
      `${base}/object/public/b/${encoded}`,
      `${base}/object/public/b/${encoded}?download=%C3%A4+b.png&version=7`,
      `${base}/render/image/public/b/${encoded}?width=100&height=50&resize=contain&quality=60&format=origin&version=7`,
    ]);
    expect(seen).toEqual([]);
  });

  test('a signed address of a transformed image keeps the transformation in its token', async () => {
    const token = testKey({ exp: 2_000_000_000 });
    const { files, seen } = layerOver({
      'POST /object/sign/b/': () => json({ signedURL: `/render/image/sign/b/anything?token=${token}` }),
    });
    const input = { bucket: 'b', path, expiresInSeconds: 60, transform, downloadAs: 'x.png', version: '7' };
    expect(valueOf(await files.sign(input, call()))).toEqual({
      url: `https://abc.supabase.co/storage/v1/render/image/sign/b/${encoded}?token=${token}&download=x.png&version=7`,
      expiresAt: '2033-05-18T03:33:20.000Z',
    });
    expect(seen.map((request) => decodeURI(request.path))).toEqual([`/object/sign/b/${path}`]);
  });

  test('a project that cannot transform says nothing, and is found out', async () => {
    const token = testKey({ exp: 2_000_000_000 });
    const { files } = layerOver({
      'POST /object/sign/b/': () => json({ signedURL: `/object/sign/b/p?token=${token}` }),
    });
    const error = (await files.sign({ bucket: 'b', path, expiresInSeconds: 60, transform }, call()))._unsafeUnwrapErr();
    expect([error.kind, error.effect, error.code]).toEqual(['unsupported', 'none', 'NoImageTransformation']);
  });

  test('what no address can say is refused and nothing is sent', async () => {
    const { files, seen } = layerOver({});
    const wrong: ImageTransform = { width: 0 };
    const results = [
      await files.publicUrl({ bucket: 'b', path, transform: wrong }, call()),
      await files.sign({ bucket: 'b', path, expiresInSeconds: 60, transform: wrong }, call()),
      await files.sign({ bucket: 'b', path, expiresInSeconds: 60, version: '&' }, call()),
    ];
    for (const result of results)
      expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
    expect(seen).toEqual([]);
  });
});

describe('on the local stack', () => {
  let stack: LocalStack;
  beforeAll(async () => {
    stack = await startProject();
  }, 60_000);
  afterAll(() => stack.stop());

  test('every address opens, under the name it asks for, and says how long it may be cached', async () => {
    const layer = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
    const { files, buckets } = layer.ports;
    const bucket = `bucket-${randomUUID()}`;
    valueOf(await buckets.create({ id: bucket, public: true }, call()));
    const place = { bucket, path };
    valueOf(await files.upload({ ...place, body: sourceFromBytes(bytes), cacheSeconds: 60 }, call()));
    const more = { downloadAs: 'my file.png', version: '7' };
    const answers = await Promise.all([
      fetch(valueOf(await files.publicUrl({ ...place, ...more }, call())).url),
      fetch(valueOf(await files.sign({ ...place, expiresInSeconds: 60, ...more }, call())).url),
    ]);
    for (const answer of answers) {
      expect([answer.status, await answer.text()]).toEqual([200, 'some bytes']);
      expect(answer.headers.get('content-disposition')).toContain('my%20file.png');
    }
    expect(answers[0]?.headers.get('cache-control')).toBe('max-age=60');
    const refused = await files.sign({ ...place, expiresInSeconds: 60, transform }, call());
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', effect: 'none' });
    await layer.close();
  });
});
