import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';

/** Of one name, on every common file system. */
const maxNameBytes = 255;

/** For the longest ending: a UUID and `.part`. */
const endingBytes = 42;

/**
 * The path of what lies beside a file until it is whole, always the same for the same file. A name too long for the
 * ending is cut and told from others by its digest; one that no file can have stays, so that it fails before bytes come.
 */
export const partialPath = (path: string, ending: string): string => {
  const name = Buffer.from(basename(path));
  if (name.byteLength <= maxNameBytes - endingBytes || name.byteLength > maxNameBytes) return `${path}${ending}`;
  const mark = `.${createHash('sha256').update(name).digest('hex').slice(0, 32)}`;
  const kept = name.subarray(0, maxNameBytes - endingBytes - mark.length);
  return join(dirname(path), `${new StringDecoder('utf8').write(kept)}${mark}${ending}`);
};
