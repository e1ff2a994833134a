/** `npm start`: installs what is missing, builds, and runs the tour on the embedded local stack. */
import { build, installWhatIsMissing, program, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
await build('apps/demo');
process.exitCode = await program('apps/demo/bin/hybrid.mjs', ['tour', '--local', ...process.argv.slice(2)]);
