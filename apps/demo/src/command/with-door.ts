import { openDoor, type Door } from '../door.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { openProject } from './project.js';

/** Opens the project that the options or the environment name, runs `work` on its door, and ends both. */
export const withDoor = async (
  options: { readonly data?: string },
  work: (hybrid: Door) => Promise<ExitCode>,
): Promise<ExitCode> => {
  const project = await openProject({ ...options, onProgress: (line) => process.stderr.write(`${line}\n`) });
  if (project.isErr()) {
    process.stderr.write(`${project.error.message}\n${project.error.hint}\n`);
    return exitCodes.usage;
  }
  const hybrid = openDoor(project.value.settings);
  try {
    return await work(hybrid);
  } finally {
    await hybrid.close();
    await project.value.close();
  }
};
