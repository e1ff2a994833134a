/** `npm run test:hosted`: the contract against a real project; without the variables it says what was skipped. */
import { installWhatIsMissing, program, requireNode } from './workspace.mjs';

const wanted = ['SUPABASE_URL', 'SUPABASE_SERVICE_ROLE_KEY', 'SUPABASE_ACCESS_TOKEN', 'SUPABASE_PROJECT_REF'];
const missing = wanted.filter((name) => !process.env[name]);

requireNode();
if (missing.length > 0) {
  console.log(`Skipped: the layer contract against a hosted project. Not set: ${missing.join(', ')}.`);
} else {
  await installWhatIsMissing();
  process.env.NODE_OPTIONS = '--experimental-vm-modules --disable-warning=ExperimentalWarning';
  const config = ['--config', 'packages/adapter-mcp/jest.hosted.cjs', '--runInBand'];
  process.exitCode = await program('node_modules/jest/bin/jest.js', [...config, ...process.argv.slice(2)]);
}
