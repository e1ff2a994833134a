import { Journal } from '../tour/journal.js';
import { createPaper } from '../tour/paper.js';
import { checkInstall } from './check-install.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { installDoor } from './install-door.js';
import { withDoor } from './with-door.js';

/** What `hybrid install` takes. */
export interface InstallOptions {
  readonly data?: string;
  /** Only say what is missing or out of date. */
  readonly check?: boolean;
}

/** Installs the schema `hybrid` in the project that the environment names. */
export const installCommand = ({ check, ...options }: InstallOptions): Promise<ExitCode> =>
  withDoor(options, async (hybrid) => {
    const journal = new Journal(createPaper((text) => process.stdout.write(text)));
    if (check) return checkInstall(hybrid, journal);
    await installDoor(hybrid, journal);
    return journal.ok ? exitCodes.done : exitCodes.failed;
  });
