/** Lints texts as if they were files of the repository. In: `[{ file, text }]` on standard input; out: the rules each one broke. */
import { ESLint } from 'eslint';
import { json } from 'node:stream/consumers';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const eslint = new ESLint({ cwd: root });
const broken = [];
for (const { file, text } of await json(process.stdin)) {
  const [result] = await eslint.lintText(text, { filePath: join(root, file) });
  broken.push(result?.messages.map(({ ruleId }) => ruleId) ?? []);
}
process.stdout.write(JSON.stringify(broken));
