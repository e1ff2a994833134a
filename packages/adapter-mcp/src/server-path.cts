/**
 * Where the installed server's program lies. It lies beside the package's main file; the package exports neither
 * it nor its package.json. A CommonJS file, because `require.resolve` is the one way to find an installed
 * package that works on Node 20 both in the built ES modules and where the sources run as CommonJS.
 */
const serverPath = (): string => require.resolve('@supabase/mcp-server-supabase').replace(/[^\\/]+$/, 'cli.js');

export = serverPath;
