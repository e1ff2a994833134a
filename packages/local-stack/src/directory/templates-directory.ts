import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where this user keeps what can be made again, by the custom of the system; `undefined` for a user without a home. */
export function defaultTemplatesDirectory(
  cacheHome = process.env['XDG_CACHE_HOME'] ?? '',
  platform = process.platform,
  home = homedir,
): string | undefined {
  if (isAbsolute(cacheHome)) return join(cacheHome, name);
  const folder = homeOf(home);
  if (!isAbsolute(folder)) return undefined;
  return platform === 'darwin' ? join(folder, 'Library', 'Caches', name) : join(folder, '.cache', name);
}

const name = 'hybrid-supabase';

function homeOf(home: () => string): string {
  try {
    return home();
  } catch {
    // No HOME, and no entry in the system's list of users.
    return '';
  }
}
