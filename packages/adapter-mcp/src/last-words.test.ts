import { createLastWords } from './last-words.js';

test('keeps the reason and drops where it happened', () => {
  const words = createLastWords([]);
  words.add("TypeError: Unknown option '--foo'\n    at parse (node:internal:1:2)\n    at async main {\n}\n");
  expect(words.text()).toBe("TypeError: Unknown option '--foo'");
});

test('holds no secret, even one that arrived in pieces', () => {
  const words = createLastWords(['hunter2-hunter2']);
  words.add('bad token hunter2-');
  words.add('hunter2\n');
  expect(words.text()).toBe('bad token [secret]');
});

test('stays short however much is written', () => {
  const words = createLastWords([]);
  for (let line = 0; line < 10_000; line += 1) words.add(`line ${line}\n`);
  expect(words.text()).toHaveLength(400);
  expect(words.text()).toMatch(/line 9999$/);
});
