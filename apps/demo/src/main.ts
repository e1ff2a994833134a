import { CommanderError } from 'commander';
import { createProgram } from './program.js';

const program = createProgram((code) => {
  process.exitCode = code;
});
await program.parseAsync().catch((error: unknown) => {
  if (!(error instanceof CommanderError)) throw error;
});
