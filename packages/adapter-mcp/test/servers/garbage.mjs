// Writes lines that are no JSON-RPC and never answers.
process.stdout.write('<html>502 Bad Gateway</html>\n');
setInterval(() => undefined, 60_000);
process.stdin.resume().on('end', () => process.exit(0));
