import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import serverPath from '../src/server-path.cjs';

/** The official package's own HTTP mode. */
export interface HttpServer {
  /** `http://127.0.0.1:port`, without the path. */
  readonly origin: string;
  close(): Promise<void>;
}

/** Serves every token and project that its callers name. */
export const startHttpServer = async (apiUrl: string): Promise<HttpServer> => {
  const args = ['--http', '--port', '0', `--api-url=${apiUrl}`];
  const secrets = '--secret-url-template=https://x.test/?ref={ref}&name={name}';
  const child = spawn(process.execPath, [serverPath(), ...args, secrets], { stdio: ['ignore', 'ignore', 'pipe'] });
  const lines = createInterface({ input: child.stderr });
  let origin: string | undefined;
  for await (const line of lines) {
    origin = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0];
    if (origin !== undefined) break;
  }
  child.stderr.resume();
  if (origin === undefined) throw new Error('The server did not say where it listens.');
  return {
    origin,
    close: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill('SIGKILL');
      await once(child, 'close');
    },
  };
};
