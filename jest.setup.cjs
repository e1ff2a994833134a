/** A stray console line or an unhandled rejection fails the test in which it appears. */
const strays = [];
const inspect = require('node:util').inspect;

for (const method of ['log', 'info', 'warn', 'error', 'debug']) {
  console[method] = (...words) =>
    strays.push(
      `console.${method}: ${words.map((word) => (typeof word === 'string' ? word : inspect(word))).join(' ')}`,
    );
}
process.on('unhandledRejection', (reason) => strays.push(`unhandled rejection: ${inspect(reason)}`));

afterEach(async () => {
  await new Promise((resolve) => setImmediate(resolve));
  const found = strays.splice(0);
  if (found.length > 0)
    throw new Error(`Something was written or rejected behind the test's back:\n${found.join('\n')}`);
});
