import { isAbsolute } from 'node:path';

/** How a stack is started. Nothing is needed. */
export interface LocalStackOptions {
  /** Where rows, objects and keys survive a restart; without it, a temporary folder that `stop` removes. */
  readonly dataDirectory?: string;
  /** A PostgreSQL server to use instead of the embedded one, as a superuser. It is prepared once and never stopped. */
  readonly databaseUrl?: string;
  /** The HTTP port on loopback; without it, a free one. */
  readonly port?: number;
  /** How long a resumable upload lives from its creation, in milliseconds. @default 24 hours, as the hosted service says */
  readonly resumableExpiryMs?: number;
  /**
   * Where an empty database (40 MB) is kept and copied by temporary stacks, which then start in half the time; it may
   * be removed at any time. `false` makes each anew. @default `hybrid-supabase` in the user's cache folder
   */
  readonly templatesDirectory?: string | false;
  /** Told about each slow step, in words for a person. */
  onProgress?(line: string): void;
}

/** Throws a TypeError that names the option which no start can use. */
export function checkOptions(options: LocalStackOptions): void {
  const { dataDirectory, databaseUrl, port, resumableExpiryMs, templatesDirectory, onProgress } = options;
  if (dataDirectory !== undefined && (typeof dataDirectory !== 'string' || dataDirectory === ''))
    throw new TypeError('dataDirectory must be the path of a folder.');
  if (databaseUrl !== undefined && !isDatabaseUrl(databaseUrl))
    throw new TypeError('databaseUrl must begin with postgres:// or postgresql:// and name a host.');
  if (port !== undefined && !(Number.isInteger(port) && port >= 0 && port <= 65_535))
    throw new TypeError('port must be a whole number from 0 to 65535.');
  if (resumableExpiryMs !== undefined && !(Number.isInteger(resumableExpiryMs) && resumableExpiryMs >= 1))
    throw new TypeError('resumableExpiryMs must be a whole number of milliseconds, at least 1.');
  if (templatesDirectory !== undefined && templatesDirectory !== false && !isFolder(templatesDirectory))
    throw new TypeError('templatesDirectory must be the whole path of a folder, or false.');
  if (onProgress !== undefined && typeof onProgress !== 'function')
    throw new TypeError('onProgress must be a function.');
}

const isFolder = (value: unknown): boolean => typeof value === 'string' && isAbsolute(value);

function isDatabaseUrl(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return (url?.protocol === 'postgres:' || url?.protocol === 'postgresql:') && url.hostname !== '';
}
