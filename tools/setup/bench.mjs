/** `npm run bench -- NAME`: one benchmark, or the list of them. */
import { build, installWhatIsMissing, program, requireNode } from './workspace.mjs';

requireNode();
await installWhatIsMissing();
await build('tools/bench');
process.exitCode = await program('tools/bench/bin/bench.mjs', process.argv.slice(2));
