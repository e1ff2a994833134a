/** The options that cannot be checked by the compiler. */
export interface CheckedOptions {
  readonly url: string;
  readonly key: string;
  readonly name: string;
  readonly maxSockets: number;
  readonly maxResultBytes: number;
}

/** Throws a `TypeError` that names the wrong option and never shows its value. */
export const checkOptions = ({ url, key, name, maxSockets, maxResultBytes }: CheckedOptions): void => {
  if (!isHttpUrl(url)) throw wrong('url', 'the http(s) address of the project, as in https://<ref>.supabase.co');
  if (typeof key !== 'string' || key === '') throw wrong('key', 'an API key of the project, not empty');
  if (!/^[\x21-\x7e]+$/.test(key)) throw wrong('key', 'free of spaces, line ends and non-ASCII characters');
  if (typeof name !== 'string' || !/^[a-z][a-z0-9-]*$/.test(name)) {
    throw wrong('name', 'a short name: lower-case letters, digits and hyphens');
  }
  if (!Number.isSafeInteger(maxSockets) || maxSockets < 2 || maxSockets > 1024) {
    throw wrong('maxSockets', 'a whole number from 2 to 1024');
  }
  if (!Number.isSafeInteger(maxResultBytes) || maxResultBytes < 1) {
    throw wrong('maxResultBytes', 'a whole number from 1');
  }
};

const wrong = (option: keyof CheckedOptions, what: string): TypeError =>
  new TypeError(`createSupabaseLayer: \`${option}\` must be ${what}.`);

const isHttpUrl = (text: unknown): boolean => {
  if (typeof text !== 'string' || !URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
};
