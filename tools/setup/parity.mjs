/** `npm run parity`: the same SQL through every layer, compared with what must come back. */
import { build, installWhatIsMissing, program, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
await build('tools/parity');
process.exitCode = await program('tools/parity/bin/parity.mjs', process.argv.slice(2));
