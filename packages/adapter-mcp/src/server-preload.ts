/**
 * Runs inside the child before the server's own program, as Node's `--import` takes it.
 *
 * 1. The server drops the cause of a failed fetch, and with it the proof that nothing was sent: a connection that was
 *    never made, a host that was never found. The proof is put into the message, the one part that reaches the client.
 * 2. The server ends with its input only when no request is under way, which may take minutes. With the parent
 *    gone there is nobody to answer.
 */
const program = `
const notSent = (cause) =>
  cause?.syscall === 'connect' || cause?.syscall === 'getaddrinfo' || cause?.code === 'UND_ERR_CONNECT_TIMEOUT' ||
  (Array.isArray(cause?.errors) && cause.errors.length > 0 && cause.errors.every(notSent));
const fetchOfNode = globalThis.fetch;
globalThis.fetch = (...request) =>
  fetchOfNode(...request).catch((error) => {
    if (notSent(error?.cause)) error.message = 'fetch failed: not sent';
    throw error;
  });
process.stdin.on('end', () => process.exit(0));
`;

/** What goes before the server's path on the command line. */
export const preloadArguments: readonly string[] = ['--import', `data:text/javascript,${encodeURIComponent(program)}`];
