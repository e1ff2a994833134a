import { createPostgresLayer } from './create-postgres-layer.js';
import type { ConnectionOptions } from './postgres-layer-options.js';

const connectionString = 'postgresql://me:secret-word@localhost/postgres';
const connect = async (): Promise<void> => undefined;
const wrong = (options: object): ConnectionOptions => ({ connectionString, ...options });

test.each([
  ['connectionString', { connectionString: 'mysql://me:secret-word@localhost/x' }],
  ['connectionString', { connectionString: 'me:secret-word' }],
  ['connectionString', { connectionString: '' }],
  ['connectionString', { connectionString: undefined }],
  ['connectionString', { pool: { connect } }],
  ['pool', { connectionString: undefined, pool: { query: 1 } }],
  ['maxConnections', { connectionString: undefined, pool: { connect }, maxConnections: 1 }],
  ['name', { name: '' }],
  ['name', { name: 'Not Plain' }],
  ['role', { role: 'superuser' }],
  ['ssl', { ssl: 'require' }],
  ['ssl', { ssl: null }],
  ['maxConnections', { maxConnections: 0 }],
  ['maxConnections', { maxConnections: 1.5 }],
  ['connectTimeoutMs', { connectTimeoutMs: -1 }],
  ['maxReplyBytes', { maxReplyBytes: NaN }],
  ['maxResultBytes', { maxResultBytes: 0 }],
  ['cancelTimeoutMs', { cancelTimeoutMs: Infinity }],
])('a wrong %s throws at once, names the option and quotes nothing', (option, options) => {
  const create = () => createPostgresLayer(wrong(options));
  expect(create).toThrow(new RegExp(`^createPostgresLayer: \`${option}\` `));
  expect(create).not.toThrow(/secret-word/);
});

test.each([connectionString, 'postgres://localhost', 'postgresql:///db?host=/run/postgresql'])(
  'takes %s',
  async (url) => {
    await createPostgresLayer({ connectionString: url }).close();
  },
);

test('says who it is without connecting', async () => {
  const layer = createPostgresLayer({ connectionString, name: 'direct', role: 'service_role', readOnly: true });
  expect(layer).toMatchObject({
    contract: 1,
    name: 'direct',
    authority: { role: 'service_role', readOnly: true },
    sharedFate: ['postgres'],
  });
  expect(Object.keys(layer.ports)).toEqual(['sql', 'migrations', 'policies']);
  await layer.close();
});
