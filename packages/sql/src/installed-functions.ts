import { createHash } from 'node:crypto';
import { installSql } from './install-sql.js';

/** A function of the schema, and what it has to be. */
export interface InstalledFunction {
  /** With the types of its arguments, as PostgreSQL finds it by: `hybrid.record(text,text)`. */
  readonly signature: string;
  /** SHA-256 of its body, hexadecimal. */
  readonly bodyDigest: string;
  readonly searchPath: string | undefined;
}

const definition =
  /^create or replace function ([\w.]+)\(([^\n]*)\) returns \w+\nlanguage plpgsql security invoker(?: set search_path = ([^\n]+))? as \$body\$([^$]*)\$body\$/gm;

const typesOf = (args: string): string => args.replace(/\w+ ([\w[\]]+)(,?) ?/g, '$1$2');

/** Every function, read from the text that installs them, so that none can be forgotten here. */
export const installedFunctions: readonly InstalledFunction[] = [...installSql.matchAll(definition)].map(
  ([, name = '', args = '', searchPath, body = '']) => ({
    signature: `${name}(${typesOf(args)})`,
    bodyDigest: createHash('sha256').update(body).digest('hex'),
    searchPath,
  }),
);
