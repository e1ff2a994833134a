import path from 'node:path';
import pg from 'pg';
import { startLocalStack, type LocalStack } from '../src/index.js';
import { createStorageClient, type StorageStack } from './storage-client.js';

/** A stack in a temporary folder, seen from its storage. */
export async function openStorage(): Promise<StorageStack> {
  const started = await startLocalStack();
  if (started.isErr()) throw new Error(`${started.error.message} ${started.error.hint}`);
  const stack = started.value;
  const pool = new pg.Pool({ connectionString: stack.databaseUrl, max: 2 });
  const sql = async (text: string, values: unknown[] = []): Promise<Record<string, unknown>[]> =>
    (await pool.query<Record<string, unknown>>(text, values)).rows;
  const [setting] = await sql('show data_directory');
  return {
    ...createStorageClient(`${stack.url}/storage/v1`, stack.jwtSecret),
    sql,
    objectsDirectory: path.join(path.dirname(String(setting?.['data_directory'])), 'objects'),
    setGlobalFileSizeLimit: (bytes) => setLimit(stack, bytes),
    async stop() {
      await pool.end();
      await stack.stop();
    },
  };
}

async function setLimit(stack: LocalStack, fileSizeLimit: number): Promise<void> {
  const answer = await fetch(`${stack.managementUrl}/v1/projects/${stack.projectRef}/config/storage`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${stack.accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ fileSizeLimit }),
  });
  if (!answer.ok) throw new Error(`The limit was not set: ${answer.status} ${await answer.text()}`);
}
