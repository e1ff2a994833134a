// Ends at once and calls it a success, as the official server does with options it does not know.
process.stderr.write('unknown option\n');
process.exit(0);
