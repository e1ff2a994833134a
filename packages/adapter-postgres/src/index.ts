export { createPostgresLayer } from './create-postgres-layer.js';
export type { PostgresClient, PostgresPool } from './postgres-client.js';
export type { ConnectionOptions, PoolOptions, PostgresLayerOptions, PostgresTls } from './postgres-layer-options.js';
export type { PostgresPorts } from './postgres-ports.js';
