/** `npm test`: installs what is missing, then lint, type check, build and all tests of every project. */
import { installWhatIsMissing, nx, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
process.exitCode = await nx([
  'run-many',
  '-t',
  'lint',
  'typecheck',
  'build',
  'test',
  '--output-style=static',
  ...process.argv.slice(2),
]);
