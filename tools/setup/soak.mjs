/** `npm run soak -- NAME`: one long run, or the list of them. */
import { build, installWhatIsMissing, program, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
await build('tools/soak');
process.exitCode = await program('tools/soak/bin/soak.mjs', process.argv.slice(2));
