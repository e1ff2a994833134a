// Writes between its answers what is no JSON-RPC: words, halves of messages, an answer to nobody, bytes that are no text.
import { serve } from './minimal.mjs';

const noise = [
  '<html>502 Bad Gateway</html>',
  '{"jsonrpc":"2.0","id":',
  '{"jsonrpc":"2.0","id":987654,"result":{}}',
  '',
  '[]',
];
let calls = 0;
serve((answer) => {
  process.stdout.write(`${noise[calls++ % noise.length]}\n`);
  process.stdout.write(Buffer.from([0xff, 0xfe, 0x00, 0x0a]));
  answer();
});
