// Opens a session through the built module named by the first argument, calls a tool, and waits to be killed.
const [, , builtModule, apiUrl] = process.argv;
const { stdio } = await import(builtModule);

const connector = stdio({
  accessToken: 'sbp_0123456789012345678901234567890123456789',
  projectRef: 'ref',
  apiUrl,
  onChildStarted: (pid) => process.stdout.write(`child ${pid}\n`),
});
const opened = await connector.open(new AbortController().signal);

process.stdout.write(opened.isOk() ? 'connected\n' : `failed ${opened.error.message}\n`);
if (opened.isOk()) void opened.value.client.callTool({ name: 'execute_sql', arguments: { query: 'select 1' } });
setInterval(() => undefined, 60_000);
