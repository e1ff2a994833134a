import pg from 'pg';

/** Works on a connection of its own, which an abort cuts even in the middle of a statement. */
export async function withClient<T>(
  url: string,
  signal: AbortSignal,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const client = new pg.Client({ connectionString: url });
  // A connection lost in between is told by the statement that fails.
  client.on('error', () => undefined);
  let ended: Promise<unknown> | undefined;
  const end = (): Promise<unknown> => (ended ??= client.end().catch(() => undefined));
  let abort = (): void => undefined;
  // The driver never settles a `connect` that was ended meanwhile, so an abort settles by itself.
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => void end().then(() => reject(new Error('The work was stopped.')));
    signal.addEventListener('abort', abort);
  });
  const worked = client.connect().then(() => work(client));
  try {
    return await Promise.race([worked, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
    await end();
  }
}
