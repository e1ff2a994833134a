import { openDoor } from '../door.js';
import { Journal } from '../tour/journal.js';
import { createPaper } from '../tour/paper.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { installDoor } from './install-door.js';
import { openProject } from './project.js';

/** What `hybrid install` takes. */
export interface InstallOptions {
  readonly data?: string;
}

/** Installs the schema `hybrid` in the project that the environment names. */
export const installCommand = async (options: InstallOptions): Promise<ExitCode> => {
  const project = await openProject({ ...options, onProgress: (line) => process.stderr.write(`${line}\n`) });
  if (project.isErr()) {
    process.stderr.write(`${project.error.message}\n${project.error.hint}\n`);
    return exitCodes.usage;
  }
  const hybrid = openDoor(project.value.settings);
  const journal = new Journal(createPaper((text) => process.stdout.write(text)));
  try {
    await installDoor(hybrid, journal);
    return journal.ok ? exitCodes.done : exitCodes.failed;
  } finally {
    await hybrid.close();
    await project.value.close();
  }
};
