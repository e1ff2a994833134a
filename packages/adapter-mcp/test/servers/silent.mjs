// Starts, and never answers anything, not even the end of its input.
process.stderr.write('silent server started\n');
setInterval(() => undefined, 60_000);
