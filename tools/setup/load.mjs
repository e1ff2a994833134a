/** `npm run load`: calls at a rate that rises past what the embedded stack can serve. */
import { build, installWhatIsMissing, program, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
await build('tools/load');
process.exitCode = await program('tools/load/bin/load.mjs', process.argv.slice(2));
