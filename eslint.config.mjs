import js from '@eslint/js';
import nx from '@nx/eslint-plugin';
import tseslint from 'typescript-eslint';

const onlyFromTests = [
  '@hybrid-supabase/contract-tests',
  '@hybrid-supabase/contract-tests/*',
  '@hybrid-supabase/local-stack',
];
const vendors = ['@supabase/*', '@modelcontextprotocol/*', 'pg'];
const forbid = (group, message) => ({ 'no-restricted-imports': ['error', { patterns: [{ group, message }] }] });
const testsOnly = "Only a package's test/ folder may use this; it must never reach what is published.";
const adaptersOnly = 'Vendor packages are known to adapters alone; go through a port.';

/** What each kind of project may depend on. Real rules: an import that is not listed fails the lint. */
export const boundaries = [
  { sourceTag: 'type:core', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:sql', onlyDependOnLibsWithTags: ['type:core', 'type:stack'] },
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:core'] },
  { sourceTag: 'type:policy', onlyDependOnLibsWithTags: ['type:core', 'type:kit'] },
  { sourceTag: 'type:adapter', onlyDependOnLibsWithTags: ['type:core', 'type:sql', 'type:kit', 'type:stack'] },
  { sourceTag: 'type:stack', onlyDependOnLibsWithTags: [] },
  {
    sourceTag: 'type:app',
    onlyDependOnLibsWithTags: ['type:core', 'type:sql', 'type:policy', 'type:adapter', 'type:stack'],
  },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['*'] },
];

export default tseslint.config(
  { ignores: ['**/dist', '**/out-tsc', '**/test-output', '**/files/**', '.nx', '.hybrid', '**/*.d.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.mts', '**/*.mjs', '**/*.cjs', '**/*.js'],
    plugins: { '@nx': nx },
    languageOptions: { globals: globalsOfNode() },
    rules: {
      '@nx/enforce-module-boundaries': [
        'error',
        { enforceBuildableLibDependency: true, allow: [], depConstraints: boundaries },
      ],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { argsIgnorePattern: '^_', varsIgnorePattern: '^_', caughtErrorsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-invalid-void-type': 'off',
      eqeqeq: ['error', 'always'],
    },
  },
  { files: ['**/*.cjs', '**/*.js'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['packages/{core,routing-policy,sql}/src/**/*.ts'],
    rules: forbid([...onlyFromTests, ...vendors], `${testsOnly} ${adaptersOnly}`),
  },
  { files: ['packages/adapter-*/src/**/*.ts'], rules: forbid(onlyFromTests, testsOnly) },
  { files: ['packages/contract-tests/src/**/*.ts'], rules: forbid(vendors, adaptersOnly) },
  { files: ['apps/*/src/**/*.ts'], rules: forbid(vendors, adaptersOnly) },
);

function globalsOfNode() {
  const names = [
    'process',
    'console',
    'Buffer',
    'URL',
    'URLSearchParams',
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'performance',
    'fetch',
    'AbortController',
    'AbortSignal',
    'TextEncoder',
    'TextDecoder',
    'Blob',
    'Response',
    'Request',
    'Headers',
    'ReadableStream',
    'require',
    'module',
    '__dirname',
    'afterEach',
    'describe',
    'test',
    'it',
    'expect',
    'beforeAll',
    'afterAll',
    'beforeEach',
    'jest',
    'queueMicrotask',
    'structuredClone',
    'crypto',
  ];
  return Object.fromEntries(names.map((name) => [name, 'readonly']));
}
