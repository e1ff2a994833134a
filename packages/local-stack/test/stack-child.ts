import { startLocalStack } from '../src/index.js';

/** Run as a program: starts a stack in the given directory, tells its address, and stays until it is killed. */
const [, , dataDirectory] = process.argv;
void startLocalStack(dataDirectory === undefined ? {} : { dataDirectory }).then((started) =>
  process.stdout.write(`${JSON.stringify(started.isOk() ? started.value : started.error)}\n`),
);
