// Ends at once, and says its token while doing so.
process.stderr.write(`Error: bad token ${process.env.SUPABASE_ACCESS_TOKEN} for https://api.test/v1?x=1\n`);
process.exit(1);
