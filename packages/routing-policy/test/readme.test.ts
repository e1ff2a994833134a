import { createFakeLayer, type FakeAnswers } from '@hybrid-supabase/contract-tests';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readmeExample } from './readme-example.js';

const textOf = (file: string): string => readFileSync(join(__dirname, file), 'utf8');

test('the program of the README is the one that is compiled here', () => {
  const [, shown = ''] = /```ts\n([\s\S]*?)```/.exec(textOf('../README.md')) ?? [];
  const [, compiled = ''] = /README begins\n([\s\S]*?) *\/\/ README ends/.exec(textOf('readme-example.ts')) ?? [];
  expect(shown).toBe(compiled.replaceAll(/^ {2}/gm, ''));
  expect(shown).toContain('createHybrid');
});

test('the program of the README does what it says', async () => {
  const result = { columns: [], rows: [], rowCount: 1 };
  const answers: FakeAnswers = { 'buckets.list': () => [], 'sql.read': () => result, 'sql.write': () => result };
  const [mcp, supabase] = [createFakeLayer({ name: 'mcp', answers }), createFakeLayer({ name: 'supabase', answers })];
  const ports = ({ ports: { sql, buckets } }: typeof mcp) => ({ sql: sql!, buckets: buckets! });
  const said: unknown[][] = [];
  await readmeExample(
    {
      mcp: { ...mcp, ports: ports(mcp) },
      supabase: { ...supabase, ports: ports(supabase) },
      sqlSemantics: { questions: {}, tags: { 'sql.read': () => ['table:orders'] } },
      sql: (texts, ...values) => ({ text: texts.join('$1'), values }),
    },
    { log: (...words: unknown[]) => void said.push(words) },
  );
  expect(mcp.received.map(({ operation }) => operation)).toEqual([
    'buckets.list',
    'sql.write',
    'sql.write',
    'sql.read',
  ]);
  expect(said).toMatchObject([
    [[], 'mcp', [{ layer: 'mcp', did: 'served' }]],
    [
      [
        { layer: 'mcp', asked: 'first' },
        { layer: 'supabase', asked: 'next' },
      ],
      expect.any(String),
      false,
    ],
  ]);
});
