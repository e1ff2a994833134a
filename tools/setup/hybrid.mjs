/** `npm run hybrid -- COMMAND`: the command line `hybrid`, built when it is not. */
import { build, installWhatIsMissing, program, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
await build('apps/demo');
process.exitCode = await program('apps/demo/bin/hybrid.mjs', process.argv.slice(2));
