import { hasUnsendableText } from './unsendable-text.js';

/** PostgreSQL cuts longer names without an error, so that another thing would be meant. */
const maxNameBytes = 63;

/** Whether PostgreSQL takes a name exactly as it is. */
export const isName = (name: string): boolean =>
  name !== '' && Buffer.byteLength(name) <= maxNameBytes && !hasUnsendableText(name);
