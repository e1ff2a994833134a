import type { Command } from 'commander';
import type { ExitCode } from './command/exit-codes.js';
import { helpExamples } from './help-examples.js';

/** Adds the commands that look at a policy or change one. None of them calls a layer. */
export const addPolicyCommands = (program: Command, end: (code: ExitCode) => void): void => {
  program
    .command('rollback <file>')
    .description('switch every rollout of a watched policy file off; each process that watches it follows within 1 s')
    .option('--to <layer>', 'also put this layer first for everything, as before there was another')
    .option('--reason <text>', 'goes into the history beside the file')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'one JSON object')
    .addHelpText('after', rollbackExamples)
    .action(async (file, options) => end(await (await import('./command/rollback.js')).rollbackCommand(file, options)));
  program
    .command('policy')
    .description('look at policy files')
    .addHelpText('after', policyExamples)
    .command('check <file>')
    .description('say every mistake of a policy file with its path, and end with 1 if there is one')
    .option('--json', 'one JSON object')
    .addHelpText('after', policyExamples)
    .action(async (file, options) =>
      end(await (await import('./command/policy-check.js')).policyCheckCommand(file, options)),
    );
  program
    .command('explain <operation>')
    .description('say which layers an operation would ask, in which order and why; sends nothing')
    .option('--policy <file>', 'under this policy instead of the preset')
    .option('--local', 'with the layers of the embedded stack, which is not started')
    .option('--json', 'one JSON object')
    .addHelpText('after', explainExamples)
    .action(async (operation, options) =>
      end(await (await import('./command/explain.js')).explainCommand(operation, options)),
    );
};

const rollbackExamples = `${helpExamples([
  ['hybrid rollback policy.json', 'every rollout off: each order is what it was before'],
  ['hybrid rollback policy.json --dry-run', 'what that would change'],
  ['hybrid rollback policy.json --to supabase', 'and supabase first for everything'],
  ['hybrid rollback policy.json --reason "p95 doubled"', 'with a word for the history'],
])}

The file is replaced as a whole. The old one stays beside it as <file>.<time>.bak, and <file>.history.jsonl gets a line.
Calls under way finish under the old policy. Exit codes: 0 rolled back or nothing to do, 1 not written, 2 no such file.`;

const policyExamples = helpExamples([
  ['hybrid policy check policy.json', 'every mistake with its path'],
  ['hybrid policy check policy.json --json', 'for a program'],
]);

const explainExamples = helpExamples([
  ['hybrid explain sql.read', 'with the layers that the environment allows'],
  ['hybrid explain files.upload --local', 'without any project'],
  ['hybrid explain buckets.list --local --policy policy.json --json', 'under another policy, for a program'],
]);
