import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';

const manifest: { peerDependencies: object; peerDependenciesMeta: Record<string, { optional?: boolean }> } = JSON.parse(
  readFileSync(join(__dirname, '..', 'package.json'), 'utf8'),
);
const peers = Object.keys(manifest.peerDependencies);

const asModule = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;
/** As if no peer were installed. */
const withoutPeers = asModule(`
  import { register } from 'node:module';
  register(${JSON.stringify(
    asModule(`
    const peers = ${JSON.stringify(peers)};
    export const resolve = (specifier, context, next) => {
      if (peers.includes(specifier)) throw new Error('not installed: ' + specifier);
      return next(specifier, context);
    };`),
  )});`);

const run = async (program: string): Promise<string> => {
  const flags = ['--conditions=@hybrid-supabase/source', '--import', '@swc-node/register/esm-register'];
  const words = [...flags, '--import', withoutPeers, '--input-type=module', '--eval', program];
  const { PATH } = process.env;
  return (await promisify(execFile)(process.execPath, words, { cwd: join(__dirname, '..'), env: { PATH } })).stdout;
};

test('every peer is optional', () => {
  expect(peers).not.toEqual([]);
  for (const peer of peers) expect(manifest.peerDependenciesMeta[peer]).toEqual({ optional: true });
});

test('the package loads and works without any of its peers, and the test would notice if it did not', async () => {
  const source = pathToFileURL(join(__dirname, '..', 'src', 'index.ts')).href;
  const program = `
    const { createHybrid, logTo, openFeatureFlags } = await import(${JSON.stringify(source)});
    const layer = { contract: 1, name: 'one', authority: { role: 'r', readOnly: true }, sharedFate: [], lacks: {}, ports: {} };
    const line = (fields, message) => console.log(message);
    const report = logTo({ debug: line, info: line, warn: line, error: line });
    const hybrid = createHybrid({ layers: [{ ...layer, close: async () => {} }], report, flags: openFeatureFlags({}) });
    await hybrid.buckets?.list();
    await hybrid.close();
    await import('pino').catch(({ message }) => console.log(message));`;
  expect(await run(program)).toMatch(/^layer skipped\ncall failed\nnot installed: pino\n$/);
}, 30_000);
