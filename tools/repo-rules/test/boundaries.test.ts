import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { root } from './repository.js';

const boundary: string = '@nx/enforce-module-boundaries';
const restricted: string = 'no-restricted-imports';

/** A file, what it imports, and the rule that must stop it; none where the import is allowed. */
const cases: readonly (readonly [file: string, imported: string, rule: string | undefined])[] = [
  ['packages/core/src/planted.ts', '@hybrid-supabase/sql', boundary],
  ['packages/adapter-mcp/src/planted.ts', '@hybrid-supabase/adapter-supabase', boundary],
  ['packages/adapter-mcp/src/planted.ts', '@hybrid-supabase/routing-policy', boundary],
  ['packages/routing-policy/src/planted.ts', '@hybrid-supabase/adapter-mcp', boundary],
  ['packages/routing-policy/src/planted.ts', '@hybrid-supabase/sql', boundary],
  ['packages/contract-tests/src/planted.ts', '@hybrid-supabase/local-stack', boundary],
  ['packages/adapter-mcp/src/planted.ts', '@hybrid-supabase/contract-tests', restricted],
  ['packages/adapter-supabase/src/planted.ts', '@hybrid-supabase/local-stack', restricted],
  ['packages/routing-policy/src/planted.ts', '@modelcontextprotocol/sdk/client/index.js', restricted],
  ['packages/core/src/planted.ts', '@supabase/supabase-js', restricted],
  ['apps/demo/src/planted.ts', '@supabase/supabase-js', restricted],
  ['packages/adapter-mcp/src/planted.ts', '@hybrid-supabase/core', undefined],
  ['packages/adapter-supabase/src/planted.ts', '@supabase/supabase-js', undefined],
  ['packages/adapter-mcp/test/planted.ts', '@hybrid-supabase/contract-tests', undefined],
  ['apps/demo/src/planted.ts', '@hybrid-supabase/adapter-mcp', undefined],
];

const rules = (): readonly (readonly string[])[] =>
  JSON.parse(
    execFileSync(process.execPath, [join(root, 'tools/repo-rules/lint-texts.mjs')], {
      cwd: root,
      encoding: 'utf8',
      env: { ...process.env, NODE_OPTIONS: '', NX_DAEMON: 'false' },
      input: JSON.stringify(
        cases.map(([file, imported]) => ({
          file,
          text: `import * as planted from '${imported}';\nexport const use = planted;\n`,
        })),
      ),
    }),
  ) as readonly (readonly string[])[];

test('a forbidden import fails the lint, and an allowed one does not', () => {
  const found = rules();
  const wrong = cases.filter(([, , rule], index) => {
    const broken = (found[index] ?? []).filter((name) => name === boundary || name === restricted);
    return rule === undefined ? broken.length > 0 : !broken.includes(rule);
  });
  expect(wrong).toEqual([]);
}, 120_000);
