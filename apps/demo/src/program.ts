import { Command, InvalidArgumentError } from 'commander';
import { ageHours } from './command/age-hours.js';
import { exitCodes, type ExitCode } from './command/exit-codes.js';
import { helpExamples } from './help-examples.js';
import { addPolicyCommands } from './policy-commands.js';
import { layersCommand } from './command/layers.js';
import { stackCommand } from './command/stack.js';

/**
 * The command line `hybrid`; `end` gets the exit code of the command that ran. Commands that open layers are loaded
 * when they run: supabase-js prints a line at its import on Node 20, and help should not wait for it.
 */
export const createProgram = (end: (code: ExitCode) => void): Command => {
  const program = new Command('hybrid')
    .description('One typed door to a Supabase project.')
    .configureHelp({ sortSubcommands: true })
    .exitOverride((error) => {
      end(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
      throw error;
    })
    .addHelpText('after', examples);
  addTour(program, end);
  addStack(program, end);
  addSchema(program, end);
  addPolicyCommands(program, end);
  program
    .command('layers')
    .description('say which layers the environment allows, and what the others miss')
    .option('--json', 'one JSON object')
    .addHelpText(
      'after',
      helpExamples([
        ['hybrid layers', 'one line for each layer'],
        ['hybrid layers --json', 'for a program'],
      ]),
    )
    .action((options) => end(layersCommand(options)));
  return program;
};

const addTour = (program: Command, end: (code: ExitCode) => void): void => {
  program
    .command('tour')
    .description('run every layer on real input, kill one of them, and prove that nothing was lost')
    .option('--local', 'on the embedded stack, in a temporary folder')
    .option('--data <folder>', 'on the embedded stack, with its data kept in this folder')
    .option('--folder <path>', 'the files to move', process.cwd())
    .option('--concurrency <n>', 'transfers at once', wholeNumber, 8)
    .option('--json', 'one JSON object instead of the account')
    .addHelpText('after', tourExamples)
    .action(async (options) => end(await (await import('./command/tour.js')).tourCommand(options)));
};

const embedded = 'the embedded stack with its data in this folder, instead of the environment';

const addSchema = (program: Command, end: (code: ExitCode) => void): void => {
  program
    .command('install')
    .description('install the schema hybrid (ledger and functions) in the project')
    .option('--check', 'change nothing; say what is missing or out of date, and end with 1 if anything is')
    .option('--data <folder>', embedded)
    .addHelpText('after', installExamples)
    .action(async (options) => end(await (await import('./command/install.js')).installCommand(options)));
  program
    .command('uninstall')
    .description('remove the schema hybrid from the project, and with it the memory of all keys')
    .option('--data <folder>', embedded)
    .option('--yes', 'do it; without this nothing is removed')
    .addHelpText('after', uninstallExamples)
    .action(async (options) => end(await (await import('./command/uninstall.js')).uninstallCommand(options)));
  program
    .command('ledger')
    .description('look after the ledger of idempotency keys')
    .addHelpText('after', ledgerExamples)
    .command('prune')
    .description('remove old keys; one that is gone can be used again')
    .requiredOption('--older-than <age>', 'days or hours, such as 30d or 12h', age)
    .option('--data <folder>', embedded)
    .addHelpText('after', ledgerExamples)
    .action(async ({ olderThan: olderThanHours, ...options }) =>
      end(await (await import('./command/ledger-prune.js')).ledgerPruneCommand({ ...options, olderThanHours })),
    );
};

const addStack = (program: Command, end: (code: ExitCode) => void): void => {
  program
    .command('stack')
    .description('run the embedded stack until it is interrupted')
    .option('--data <folder>', 'where it keeps its data', '.hybrid')
    .option('--port <n>', 'port on 127.0.0.1; a free one when left out', wholeNumber)
    .option('--json', 'the addresses and keys as one JSON object')
    .addHelpText('after', stackExamples)
    .action(async (options) => end(await stackCommand(options)));
};

const wholeNumber = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1 || value > 65_535)
    throw new InvalidArgumentError('expected a whole number from 1 to 65535.');
  return value;
};

const age = (text: string): number => {
  const hours = ageHours(text);
  if (hours === undefined) throw new InvalidArgumentError('expected days or hours, such as 30d or 12h.');
  return hours;
};

const tourExamples = helpExamples([
  ['hybrid tour --local', 'the whole tour on the embedded stack'],
  ['hybrid tour --local --folder ./photos', 'with other files'],
  ['hybrid tour --local --json', 'for a program'],
  ['hybrid tour', 'on the project that the environment names'],
]);

const stackExamples = helpExamples([
  ['hybrid stack --data ./stack', 'an embedded project that survives a restart'],
  ['hybrid stack --port 54321 --json', 'on a port of your choice, for a program'],
]);

const installExamples = helpExamples([
  ['hybrid install', 'in the project that the environment names'],
  ['hybrid install --check', 'what of the schema hybrid is missing or out of date'],
  ['hybrid install --data ./stack', 'in an embedded project'],
]);

const uninstallExamples = helpExamples([
  ['hybrid uninstall', 'says what would be lost, removes nothing'],
  ['hybrid uninstall --yes', 'removes the schema hybrid'],
]);

const ledgerExamples = helpExamples([
  ['hybrid ledger prune --older-than 30d', 'forgets keys of more than a month ago'],
  ['hybrid ledger prune --older-than 12h --data ./stack', 'in an embedded project'],
]);

const examples = `${helpExamples([
  ['hybrid tour --local', 'the whole tour on the embedded stack'],
  ['hybrid stack --data ./stack', 'an embedded project that survives a restart'],
  ['hybrid layers', 'what the environment allows'],
  ['hybrid install --check', 'what of the schema hybrid is missing or out of date'],
  ['hybrid explain sql.read --local', 'which layers a read would ask, and why'],
  ['hybrid policy check policy.json', 'every mistake of a policy file'],
  ['hybrid rollback policy.json', 'every rollout off, in each process that watches the file'],
])}

Environment (a hosted project):
  SUPABASE_ACCESS_TOKEN, SUPABASE_PROJECT_REF        layer mcp
  SUPABASE_URL, SUPABASE_SERVICE_ROLE_KEY            layer supabase
  SUPABASE_DB_URL                                    layer postgres`;
